import { readFileSync } from 'node:fs'
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { Ringback as Client } from '../../src/client/index.ts'
import { ringbackOutbox } from '../../src/outbox/drizzle.ts'
import {
  emit,
  fromPg,
  OUTBOX_TABLE,
  type OutboxEvent,
  outboxSchema,
  type RelayOptions,
  startRelay,
} from '../../src/outbox/index.ts'
import { packageFolder } from '../../src/package.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { expectEventsOfOrders, kill, orderUnderFire, start } from './killed.ts'

let ringback: TestRingback
let client: Client
/** The host's own database, in which nothing of Ringback's is but the outbox. */
let host: TestDatabase
beforeAll(async () => {
  ringback = await startRingback()
  client = new Client({ baseUrl: ringback.url, apiKey: ringback.key })
  host = await createTestDatabase()
  await host.pool.query('drop schema ringback cascade; create table orders (n integer primary key)')
  await host.pool.query(outboxSchema())
  await client.tenants.put('acme')
})
beforeEach(() => host.pool.query(`truncate ${OUTBOX_TABLE}`))
afterAll(async () => {
  await host.drop()
  await ringback.stop()
})

const leave = (events: OutboxEvent[]) =>
  host.pool.connect().then(async (one) => {
    for (const event of events) await emit(fromPg(one), event, { table: OUTBOX_TABLE })
    one.release()
  })

const relay = (options: Partial<RelayOptions> = {}) =>
  startRelay({ pool: host.pool, client, pollMs: 20, ...options })

it('moves what waits in its order, and sets aside what is refused', async () => {
  const refused: string[] = []
  const events = Array.from({ length: 50 }, (_, n) => ({ tenant: 'acme', type: 'moved', data: { n } }))
  await leave([{ tenant: 'nobody', type: 'moved', data: 1 }, ...events])
  const one = relay({ onRefused: ({ tenant, code }) => refused.push(`${tenant} ${code}`) })
  await one.drained()
  await one.stop()
  const found: number[] = []
  for await (const { id } of client.events.list('acme', { type: 'moved' }))
    found.push(((await client.events.get('acme', id)).data as { n: number }).n)
  expect(found).toEqual(events.map(({ data }) => data.n).reverse())
  expect(refused).toEqual(['nobody not_found'])
  const { rows } = await host.pool.query(`select tenant_id, problem->>'code' as code from ${OUTBOX_TABLE}`)
  expect(rows).toEqual([{ tenant_id: 'nobody', code: 'not_found' }])
})

it('keeps what waits while the server is away, and asks again after longer and longer', async () => {
  await leave([{ tenant: 'acme', type: 'kept', data: 1 }])
  let failures = 0
  const away = new Client({ baseUrl: 'http://127.0.0.1:1', retries: 0 })
  const one = relay({ client: away, maxPauseMs: 5, onError: () => failures++ })
  await until(
    async () => failures,
    (count) => count > 2,
    'some failures',
  )
  await one.stop()
  const other = relay()
  await other.drained()
  await other.stop()
  expect((await client.events.list('acme', { type: 'kept' }).page()).data).toHaveLength(1)
})

it("is given the host's own id, and emits nothing again under it", async () => {
  await leave([
    { tenant: 'acme', type: 'named', data: 1, id: 'own' },
    { tenant: 'acme', type: 'named', data: 2, id: 'own' },
  ])
  const one = relay()
  await one.drained()
  await one.stop()
  expect((await client.events.list('acme', { type: 'named' }).page()).data).toMatchObject([
    { externalId: 'own' },
  ])
})

it('of 1,000 transactions, hosts and two relays killed again and again, the events that exist are those committed', async () => {
  const receiver = await startReceiver()
  await client.tenants.put('fire')
  await client.endpoints.create('fire', { url: receiver.url })
  const startOne = () => start('relay-process', [host.url, ringback.url, ringback.key])
  const relays = [startOne(), startOne()]
  let turn = 0
  await orderUnderFire({ url: host.url, table: OUTBOX_TABLE, tenant: 'fire' }, async () => {
    const one = turn++ % 2
    await kill(relays[one]!)
    relays[one] = startOne()
  })
  await expectEventsOfOrders(host.pool, OUTBOX_TABLE, client, 'fire', receiver)
  await Promise.all(relays.map(kill))
  await receiver.close()
}, 240_000)

it('the file, the text and the table for Drizzle are the same outbox', async () => {
  expect(readFileSync(new URL('src/outbox/outbox.sql', packageFolder), 'utf8')).toBe(outboxSchema())
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson({ ringbackOutbox }))
  const columns = `select column_name, data_type, is_nullable, is_identity, column_default
    from information_schema.columns where table_name = '${OUTBOX_TABLE}' and table_schema = $1 order by ordinal_position`
  const one = new pg.Client({ connectionString: host.url })
  await one.connect()
  await one.query('create schema drizzled; set search_path to drizzled')
  for (const statement of statements) await one.query(statement.replaceAll('"public".', ''))
  const [ours, theirs] = await Promise.all(
    ['public', 'drizzled'].map((schema) => one.query(columns, [schema])),
  )
  expect(theirs!.rows).toEqual(ours!.rows)
  await drizzle(one).select().from(ringbackOutbox)
  await one.end()
})
