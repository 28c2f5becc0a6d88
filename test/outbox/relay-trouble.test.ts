/** What a relay meets: rows that are no events, connections that break, callbacks that throw. */
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { Ringback as Client } from '../../src/client/index.ts'
import {
  emit,
  fromPg,
  OUTBOX_TABLE,
  outboxSchema,
  type RefusedRow,
  type RelayOptions,
  startRelay,
} from '../../src/outbox/index.ts'
import { openOutbox } from '../../src/outbox/rows.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'

let ringback: TestRingback
let client: Client
let host: TestDatabase
beforeAll(async () => {
  ringback = await startRingback()
  client = new Client({ baseUrl: ringback.url, apiKey: ringback.key })
  host = await createTestDatabase()
  await host.pool.query('drop schema ringback cascade')
  await host.pool.query(outboxSchema())
  await client.tenants.put('acme')
})
beforeEach(() => host.pool.query(`truncate ${OUTBOX_TABLE}`))
afterAll(async () => {
  await host.drop()
  await ringback.stop()
})

/** Rows as anybody may write them, by hand too. */
const leaveTexts = (texts: readonly string[]) =>
  host.pool.query(
    `insert into ${OUTBOX_TABLE} (tenant_id, event) select 'acme', event from unnest($1::text[]) with ordinality as left_texts (event, place) order by place`,
    [texts],
  )

const eventText = (type: string, data: unknown) => JSON.stringify({ type, data })

/** Moves all that waits, and gives what was refused. */
async function moveAll(options: Partial<RelayOptions> = {}): Promise<string[]> {
  const refused: RefusedRow[] = []
  const relay = startRelay({
    pool: host.pool,
    client,
    pollMs: 20,
    onRefused: (row) => refused.push(row),
    ...options,
  })
  await relay.drained()
  await relay.stop()
  return refused.map(({ code }) => code)
}

async function dataOf(type: string): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const { id } of client.events.list('acme', { type }))
    found.unshift((await client.events.get('acme', id)).data)
  return found
}

it('a row that no server could take is set aside by itself, and all others are moved in their order', async () => {
  const deep = `{"type":"deep","data":${'['.repeat(150)}${']'.repeat(150)}}`
  const numbers = Array.from({ length: 12 }, (_, n) => n)
  const texts = numbers.map((n) => eventText('beside', n))
  texts.splice(1, 0, 'no json')
  texts.splice(4, 0, 'null', deep)
  texts.push(eventText('large', 'x'.repeat(5_000_000)), eventText('beside', 'last'))
  await leaveTexts(texts)
  expect(await moveAll()).toEqual(['malformed_json', 'malformed_json', 'json_too_deep', 'payload_too_large'])
  expect(await dataOf('beside')).toEqual([...numbers, 'last'])
})

it("what the client's own validators refuse is set aside, and holds up nothing", async () => {
  const events = { 'checked.row': z.object({ n: z.number() }) }
  const checking = new Client({ baseUrl: ringback.url, apiKey: ringback.key, events })
  await leaveTexts([eventText('checked.row', { n: 'one' }), eventText('checked.row', { n: 2 })])
  expect(await moveAll({ client: checking })).toEqual(['schema_violation'])
  expect(await dataOf('checked.row')).toEqual([{ n: 2 }])
})

it('a key that may not sets nothing aside', async () => {
  await leaveTexts([eventText('by.nobody', 1)])
  const errors: unknown[] = []
  const wrong = new Client({ baseUrl: ringback.url, apiKey: 'wrong' })
  const relay = startRelay({ pool: host.pool, client: wrong, onError: (error) => errors.push(error) })
  await until(
    () => errors,
    (all) => all.length > 0,
    'an error',
  )
  await relay.stop()
  expect(errors[0]).toMatchObject({ status: 401 })
  expect(await moveAll()).toEqual([])
  expect(await dataOf('by.nobody')).toEqual([1])
})

it('a connection that breaks while the server is asked ends no process: the row is sent again, and accepted once', async () => {
  const pool = new pg.Pool({ connectionString: host.url, max: 1 })
  pool.on('error', () => {})
  await leaveTexts([eventText('line.broke', 1)])
  const broken = new Promise<void>((resolve) => pool.once('connect', (one) => one.once('end', resolve)))
  let tries = 0
  const breaking: RelayOptions['client'] = {
    events: {
      async emitBatch(events, options) {
        const outcomes = await client.events.emitBatch(events, options)
        if (tries++ === 0) {
          await host.pool.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
          )
          await broken
        }
        return outcomes
      },
    },
  }
  await moveAll({ pool, client: breaking })
  expect(tries).toBe(2)
  expect(await dataOf('line.broke')).toEqual([1])
  await pool.end()
})

it('is one for a table, however the table is called', async () => {
  const [one, other] = await Promise.all([host.pool.connect(), host.pool.connect()])
  await one.query('begin')
  await other.query('begin')
  expect(await openOutbox(OUTBOX_TABLE).take(one)).toEqual([])
  expect(await openOutbox(`public.${OUTBOX_TABLE}`).take(other)).toBeUndefined()
  await one.query('rollback')
  await other.query('rollback')
  one.release()
  other.release()
})

it.each([
  [
    'throws',
    (error: Error) => {
      throw error
    },
  ],
  ['rejects', (error: Error) => Promise.reject(error)],
])('a callback that %s when told of a refusal is told of each once, and holds up nothing', async (_, end) => {
  await leaveTexts(['no json', eventText('behind.it', 1), 'no json either'])
  const before = await dataOf('behind.it')
  const thrown = new Error('a fault of the host')
  const told: string[] = []
  const errors: unknown[] = []
  await moveAll({
    onRefused: ({ code }) => {
      told.push(code)
      return end(thrown)
    },
    onError: (error) => errors.push(error),
  })
  expect(told).toEqual(['malformed_json', 'malformed_json'])
  expect(errors).toEqual([thrown, thrown])
  expect(await dataOf('behind.it')).toEqual([...before, 1])
})

it('a callback that throws when told of a failure does not end the relay', async () => {
  await leaveTexts([eventText('after.all', 1)])
  let failures = 0
  const failing: RelayOptions['client'] = {
    events: {
      async emitBatch(events, options) {
        if (failures++ === 0) throw new Error('not yet')
        return client.events.emitBatch(events, options)
      },
    },
  }
  let told = 0
  await moveAll({
    client: failing,
    onError: () => {
      told++
      throw new Error('a fault of the host')
    },
  })
  expect(told).toBe(1)
  expect(await dataOf('after.all')).toEqual([1])
})

it('who waits for it to be drained hears when it is stopped instead', async () => {
  const one = await host.pool.connect()
  await emit(fromPg(one), { tenant: 'acme', type: 'waits', data: 1 }, { table: OUTBOX_TABLE })
  one.release()
  const away = new Client({ baseUrl: 'http://127.0.0.1:1', retries: 0 })
  const relay = startRelay({ pool: host.pool, client: away })
  const drained = relay.drained()
  await relay.stop()
  await expect(drained).rejects.toThrow('stopped')
  await expect(relay.drained()).rejects.toThrow('stopped')
})

it('keeps the order of a thousand rows', async () => {
  const numbers = Array.from({ length: 1_500 }, (_, n) => n)
  await leaveTexts(numbers.map((n) => JSON.stringify({ type: 'many', data: n, id: `n-${n}` })))
  await moveAll()
  const ids: (string | null)[] = []
  for await (const { externalId } of client.events.list('acme', { type: 'many', limit: 250 }))
    ids.unshift(externalId)
  expect(ids).toEqual(numbers.map((n) => `n-${n}`))
})
