/** What Postgres cannot store in time is refused with a word when to come again, and does not pile up; what was taken is kept. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'

const BATCH = 1_000

/** Three groups of 500 are under way, and 10,000 events may wait: with these it is full. */
const BATCHES = 12

test('more events than Postgres can store are refused, to come again, and every one that was answered 202 stands', async () => {
  const ringback = await startRingback()
  onTestFinished(() => ringback.stop())
  const { api, database, url, key } = ringback
  await api('PUT', '/v1/tenants/acme', {})
  const post = (path: string, body: object, headers = {}) =>
    fetch(new URL(path, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const event = { type: 'order.made', data: {} }
  const emit = (headers = {}) => post('/v1/tenants/acme/events', event, headers)
  const batch = { events: Array.from({ length: BATCH }, () => ({ tenant: 'acme', ...event })) }

  const letGo = await hold(database.url)
  const batches = Array.from({ length: BATCHES }, () => post('/v1/events', batch))
  // One that is taken is answered when Postgres goes on.
  const probe = () => Promise.race([emit(), pause(200, undefined)])
  await until(probe, (answer) => answer?.status === 429, 'it to be full')
  const keyed = { 'idempotency-key': 'the same' }
  const refused = await emit(keyed)
  expect(await refused.json()).toMatchObject({ status: 429, code: 'overloaded' })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  const wholly = await post('/v1/events', batch, { 'idempotency-key': 'a batch' })
  expect([wholly.status, await wholly.json()]).toMatchObject([429, { code: 'overloaded' }])

  await letGo()
  const outcomes = (await Promise.all(batches.map(outcomesOf))).flat()
  const accepted = outcomes.filter((outcome) => 'id' in outcome)
  const others = outcomes.filter((outcome) => !('id' in outcome))
  expect(accepted.length).toBeGreaterThanOrEqual(10_000)
  for (const { error } of others) expect(error).toMatchObject({ code: 'overloaded' })
  // With room again, the same request is taken, and so is a batch of which nothing was.
  expect((await emit(keyed)).status).toBe(202)
  expect((await post('/v1/events', batch, { 'idempotency-key': 'a batch' })).status).toBe(202)
  const { rows } = await database.pool.query('select count(*)::int as count from ringback.events')
  expect(rows[0].count - BATCH - 1).toBeGreaterThanOrEqual(accepted.length)
  const ids = accepted.map(({ id }) => id)
  const found = await database.pool.query(
    'select count(*)::int as count from ringback.events where id = any($1)',
    [ids],
  )
  expect(found.rows[0].count).toBe(accepted.length)
})

interface EventOutcome {
  id?: string
  error?: { code: string }
}

async function outcomesOf(answer: Promise<Response>): Promise<EventOutcome[]> {
  const response = await answer
  if (response.status === 429) return []
  expect(response.status).toBe(202)
  return ((await response.json()) as { data: EventOutcome[] }).data
}

/** Holds up all who write events. @returns lets them go */
async function hold(databaseUrl: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query('lock table ringback.events in share mode')
  let held = true
  async function letGo() {
    if (held) await client.query('commit')
    held = false
    await client.end()
  }
  onTestFinished(() => (held ? letGo() : undefined))
  return letGo
}
