/** A host, in a process of its own that may be killed: orders, each in a transaction with its event; half of them rolled back. */
import pg from 'pg'
import { emit, fromPg } from '../../src/outbox/index.ts'

const [url = '', table = '', from = '0', tenant = ''] = process.argv.slice(2)
const CLIENTS = 4

const pool = new pg.Pool({ connectionString: url, max: CLIENTS })
process.once('disconnect', () => process.exit())

async function order(n: number) {
  const client = await pool.connect()
  await client.query('begin')
  await client.query('insert into orders (n) values ($1)', [n])
  await emit(fromPg(client), { tenant, type: 'order.made', data: { n } }, { table })
  await client.query(Math.random() < 0.5 ? 'commit' : 'rollback')
  client.release()
  process.send!(n)
}

let next = Number(from)
await Promise.all(
  Array.from({ length: CLIENTS }, async () => {
    for (;;) await order(next++)
  }),
)
