/** `ringback relay`: the installed command beside a host's own database. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Ringback as Client } from '../../src/client/index.ts'
import { OUTBOX_TABLE, outboxSchema } from '../../src/outbox/index.ts'
import { expectEventsOfOrders, orderUnderFire } from '../outbox/killed.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { ringback, startCommand } from './command.ts'

let server: TestRingback
let client: Client
let host: TestDatabase
let variables: Record<string, string>
beforeAll(async () => {
  server = await startRingback()
  client = new Client({ baseUrl: server.url, apiKey: server.key })
  host = await createTestDatabase()
  await host.pool.query('drop schema ringback cascade; create table orders (n integer primary key)')
  variables = { RINGBACK_URL: server.url, RINGBACK_API_KEY: server.key, DATABASE_URL: host.url }
})
afterAll(async () => {
  await host.drop()
  await server.stop()
})

it('says how to make the outbox where there is none, and prints the SQL that makes it', async () => {
  const { code, stderr } = await ringback(['relay'], { variables })
  expect([code, stderr]).toEqual([2, expect.stringContaining('ringback relay --schema')])
  const { stdout } = await ringback(['relay', '--schema'])
  expect(stdout).toBe(outboxSchema())
  await host.pool.query(stdout)
})

it('is refused without a database, and with a table that cannot be one', async () => {
  const { DATABASE_URL: _, ...without } = variables
  expect((await ringback(['relay'], { variables: without })).code).toBe(2)
  expect((await ringback(['relay', '--table', 'x; drop'], { variables })).code).toBe(2)
})

it('moves what waits until it is ended, and prints what is refused', async () => {
  await client.tenants.put('acme')
  const running = startCommand(['relay', '--json'], { variables })
  await running.waitFor('Moving')
  await host.pool.query(
    `insert into ${OUTBOX_TABLE} (tenant_id, event) values ('nobody', '{"type":"a","data":1}'), ('acme', '{"type":"moved","data":1}')`,
  )
  await until(
    async () => (await client.events.list('acme', { type: 'moved' }).page()).data.length,
    (count) => count === 1,
    'the event',
  )
  await running.waitFor('not_found')
  running.kill('SIGTERM')
  const { code, stdout } = await running.ended
  expect(code).toBe(143)
  expect(JSON.parse(stdout)).toMatchObject({ tenant: 'nobody', code: 'not_found' })
})

it('waits for a server and a database that are away, and says so', async () => {
  const { port } = new URL(host.url)
  const away = { ...variables, RINGBACK_URL: 'http://127.0.0.1:1' }
  await host.pool.query(
    `insert into ${OUTBOX_TABLE} (tenant_id, event) values ('acme', '{"type":"b","data":1}')`,
  )
  const noServer = startCommand(['relay'], { variables: away })
  await noServer.waitFor(/No answer from .* It is tried again\./)
  const noDatabase = startCommand(['relay', '--database', host.url.replace(port, '1')], { variables })
  await noDatabase.waitFor(/ECONNREFUSED.* It is tried again\./)
  for (const one of [noServer, noDatabase]) {
    one.kill('SIGINT')
    expect((await one.ended).code).toBe(130)
  }
})

it('of two beside each other, killed in turn while hosts are too, the events that exist are those committed, each delivered', async () => {
  const receiver = await startReceiver()
  await client.tenants.put('fire')
  await client.endpoints.create('fire', { url: receiver.url })
  await host.pool.query(`truncate ${OUTBOX_TABLE}`)
  const startOne = () => startCommand(['relay'], { variables })
  const relays = [startOne(), startOne()]
  const end = async (one: (typeof relays)[number]) => {
    one.kill('SIGKILL')
    await one.ended
  }
  let turn = 0
  await orderUnderFire({ url: host.url, table: OUTBOX_TABLE, tenant: 'fire' }, async () => {
    const one = turn++ % 2
    await end(relays[one]!)
    relays[one] = startOne()
  })
  await expectEventsOfOrders(host.pool, OUTBOX_TABLE, client, 'fire', receiver)
  await Promise.all(relays.map(end))
  await receiver.close()
}, 240_000)
