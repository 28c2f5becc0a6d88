import pg from 'pg'
import { Ringback } from 'ringback/client'
import { emit, fromPg, OUTBOX_TABLE, outboxSchema, startRelay } from 'ringback/outbox'

// A database of your own, in which Ringback has nothing but this table; it belongs among your migrations.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
// A connection that breaks while nobody uses it: without a listener, this ends the process.
pool.on('error', console.error)
await pool.query(outboxSchema())

const client = await pool.connect()
await client.query('begin')
await client.query('create table if not exists invoices (id integer primary key, paid boolean not null)')
await client.query('insert into invoices values (17, true)')
const event = { tenant: 'acme', type: 'invoice.paid', data: { invoice: 17 } }
await emit(fromPg(client), event, { table: OUTBOX_TABLE })
await client.query('commit')
client.release()

// In any process, in as many as you like: one works, the others stand by.
const relay = startRelay({
  pool,
  client: new Ringback({ baseUrl: process.env.RINGBACK_URL!, apiKey: process.env.RINGBACK_API_KEY }),
  onRefused: ({ tenant, code }) => console.error('refused', tenant, code),
  onError: console.error,
})
await relay.drained()
console.log('moved')

await relay.stop()
await pool.end()
