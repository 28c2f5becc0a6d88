import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  findDelivery,
  insertDeliveries,
  loadDue,
  takeProbes,
  takeUnalarmed,
} from '../../src/deliveries/store.ts'
import { conclude } from '../../src/dispatch/conclude.ts'
import { createSettle, type Settle } from '../../src/dispatch/settle.ts'
import { HOUR, SECOND } from '../../src/duration.ts'
import { findEndpoint } from '../../src/endpoints/store.ts'
import { firstIdAt, type Id, newId } from '../../src/ids.ts'
import { DEFAULT_RETRY_POLICY, type RetryPolicy, type SchedulePolicy } from '../../src/retry/policy.ts'
import { expireHeld } from '../../src/upkeep/expire-held.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { answered } from '../setup/outcome.ts'
import { until } from '../setup/until.ts'

const TENANT = 'acme'
let database: TestDatabase
let settle: Settle
let endpointId: Id<'endpoint'>
/** The clock of the worker that makes the attempts; Postgres has its own. */
let now: number

beforeAll(async () => {
  database = await createTestDatabase()
  settle = createSettle({ db: database.db, random: () => 0.5 })
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
})
afterAll(() => database.drop())
beforeEach(async () => {
  now = Date.now()
  await database.db.execute(sql`truncate ringback.deliveries, ringback.attempts, ringback.notices`)
  endpointId = newId('endpoint')
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${endpointId}, ${TENANT}, 'https://example.com')`,
  )
})

async function insert(endpointStatus: 'active' | 'failing' = 'active') {
  const id = newId('delivery')
  const delivery = {
    id,
    tenantId: TENANT,
    eventId: newId('event'),
    eventType: 'a',
    endpointId,
    endpointStatus,
  }
  await insertDeliveries(database.db, [{ ...delivery, trigger: 'automatic' }])
  return id
}

/** Makes an attempt, as far as the store can tell; it is not settled yet. */
async function concluded(
  id: Id<'delivery'>,
  status: number,
  retry: RetryPolicy = DEFAULT_RETRY_POLICY,
  wasHeld = false,
) {
  const delivery = (await loadDue(database.db, [id])).get(id)!
  const outcome = answered(status, now)
  const request = { url: 'https://example.com', headers: {}, body: Buffer.alloc(0), timeoutMs: 1 }
  // An id of this moment: the attempt's time is the time in it. The last digits are chance.
  const attemptId = `${firstIdAt('attempt', now).slice(0, 16)}${newId('attempt').slice(16)}` as Id<'attempt'>
  const attempted = { id: attemptId, delivery, retry, wasHeld, request, outcome, traceId: null }
  const conclusion = conclude(attempted, now, () => 0.5)
  const { probeDeliveryId } = await endpoint()
  return { ...conclusion, endpointFailing: true, isProbe: probeDeliveryId === id }
}

const attempt = async (...of: Parameters<typeof concluded>) => settle(await concluded(...of))

async function openCircuit() {
  const ids = await Promise.all(Array.from({ length: 30 }, () => insert()))
  for (const id of ids) {
    await attempt(id, 500)
    await database.db.execute(
      sql`update ringback.endpoints set failing_since = failing_since - interval '2 seconds' where id = ${endpointId}`,
    )
  }
  return ids
}

const endpoint = async () => (await findEndpoint(database.db, TENANT, endpointId))!
const find = async (id: Id<'delivery'>) => (await findDelivery(database.db, TENANT, id))!
const makeProbeDue = () =>
  database.db.execute(
    sql`update ringback.endpoints set probe_at = now() - interval '1 second' where id = ${endpointId}`,
  )

test('an endpoint that only fails opens its circuit, and all that waits for it, and all that comes, is held', async () => {
  const ids = await openCircuit()
  expect(await endpoint()).toMatchObject({ status: 'failing', circuitOpenedAt: expect.any(Date), probes: 0 })
  for (const id of ids) expect(await find(id)).toMatchObject({ status: 'held', waitingFor: 'circuit' })
  expect(await find(await insert('failing'))).toMatchObject({
    status: 'held',
    waitingFor: 'circuit',
    attemptCount: 0,
  })
  expect(await takeUnalarmed(database.db, [{ endpointId, most: 100 }], 100)).toEqual([])
})

test('an open circuit is probed with its oldest delivery alone, and by one process alone', async () => {
  const ids = await openCircuit()
  expect(await takeProbes(database.db, 10)).toEqual([])
  await makeProbeDue()
  const taken = (await Promise.all(Array.from({ length: 5 }, () => takeProbes(database.db, 10)))).flat()
  expect(taken).toMatchObject([{ id: ids[0], attempt: 2 }])
  expect(await find(ids[0]!)).toMatchObject({ status: 'retrying', waitingFor: null })
  expect(await endpoint()).toMatchObject({ probeDeliveryId: ids[0] })
})

test('attempts that slip through just as the circuit opens do not put its first probe off', async () => {
  await openCircuit()
  const { probeAt } = await endpoint()
  for (let i = 0; i < 5; i++) await attempt(await insert(), 500)
  expect(await endpoint()).toMatchObject({ probes: 0, probeAt })
})

test('a probe that fails waits with the others again, and the next comes later', async () => {
  const ids = await openCircuit()
  await makeProbeDue()
  await takeProbes(database.db, 10)
  await attempt(ids[0]!, 500)
  expect(await find(ids[0]!)).toMatchObject({ status: 'held', waitingFor: 'circuit', attemptCount: 2 })
  const { probes, probeAt, probeDeliveryId } = await endpoint()
  expect({ probes, probeDeliveryId }).toEqual({ probes: 1, probeDeliveryId: null })
  expect(probeAt!.getTime()).toBeGreaterThanOrEqual(now + 20 * SECOND)
})

test.each([
  ['ahead', HOUR],
  ['behind', -HOUR],
])('a worker whose clock is an hour %s opens a circuit that is probed in its time', async (_, byMs) => {
  const began = Date.now()
  now += byMs
  await openCircuit()
  const { circuitOpenedAt, probeAt } = await endpoint()
  expect(circuitOpenedAt!.getTime()).toBeGreaterThanOrEqual(began)
  expect(circuitOpenedAt!.getTime()).toBeLessThanOrEqual(Date.now())
  expect(probeAt!.getTime() - circuitOpenedAt!.getTime()).toBe(10 * SECOND)
})

test('a probe that succeeds closes the circuit: what was held goes on, and spent no attempt meanwhile', async () => {
  const ids = await openCircuit()
  await makeProbeDue()
  await takeProbes(database.db, 10)
  expect(await attempt(ids[0]!, 200)).toMatchObject({ status: 'delivered' })
  expect(await endpoint()).toMatchObject({
    status: 'active',
    failingSince: null,
    circuitOpenedAt: null,
    probeAt: null,
    resumedAt: expect.any(Date),
  })
  for (const id of ids.slice(1)) expect(await find(id)).toMatchObject({ status: 'retrying', attemptCount: 1 })
})

test('a probe that succeeds closes the circuit also where an attempt fails that is settled with it', async () => {
  const ids = await openCircuit()
  await makeProbeDue()
  await takeProbes(database.db, 10)
  const probe = await concluded(ids[0]!, 200)
  now++
  const late = await concluded(ids[1]!, 500)
  await Promise.all([probe, late].map(settle))
  expect(await endpoint()).toMatchObject({ status: 'active', failedAttempts: 1, circuitOpenedAt: null })
  for (const id of ids.slice(1))
    expect(await find(id)).toMatchObject({ status: 'retrying', waitingFor: null })
})

test('the attempts of others do not wait for what becomes of an endpoint; its own do', async () => {
  const [gone, alsoGone] = [await insert(), await insert()]
  const other = await concluded(await insertForAnother(), 200)
  const settled: string[] = []
  const noting = async (what: string, attempt: Promise<unknown>) => {
    await attempt
    settled.push(what)
  }
  const lock = await database.pool.connect()
  try {
    // Whoever disables an endpoint locks its tenant first.
    await lock.query(`begin`)
    await lock.query(`select from ringback.tenants where id = '${TENANT}' for update`)
    // One after the other: each in a group of its own, and two run beside each other.
    const first = noting('gone', attempt(gone, 410))
    await lockWaiters(1)
    const second = noting('also gone', attempt(alsoGone, 410))
    await until(
      () => find(alsoGone),
      ({ attemptCount }) => attemptCount === 1,
      'the second to be written',
    )
    await noting('other', settle(other))
    expect(settled).toEqual(['other'])
    await lock.query('commit')
    await Promise.all([first, second])
  } finally {
    lock.release(true)
  }
  expect(await endpoint()).toMatchObject({ status: 'disabled' })
})

const lockWaiters = (count: number) =>
  until(
    () =>
      database.pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      ),
    ({ rowCount }) => rowCount === count,
    'a lock to be waited for',
  )

async function insertForAnother() {
  const its = endpointId
  endpointId = newId('endpoint')
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${endpointId}, ${TENANT}, 'https://example.com')`,
  )
  const id = await insert()
  endpointId = its
  return id
}

test('a delivery whose retry window ended while it was held has one last attempt, and fails with its reason', async () => {
  const id = await insertOlderThanItsWindow()
  expect(await attempt(id, 500, QUICK, true)).toMatchObject({ status: 'failed' })
  expect(await find(id)).toMatchObject({ reason: 'retry_window_ended', attemptCount: 1 })
})

test('waiting is not failing: what waited past its retry window for a rate limit has all its attempts', async () => {
  const id = await insertOlderThanItsWindow()
  for (const _ of QUICK.delaysSeconds)
    expect(await attempt(id, 500, QUICK)).toMatchObject({ status: 'retrying' })
  expect(await attempt(id, 500, QUICK)).toMatchObject({ status: 'failed' })
  expect(await find(id)).toMatchObject({ reason: 'attempts_exhausted', attemptCount: 4 })
})

const QUICK: SchedulePolicy = { kind: 'schedule', delaysSeconds: [1, 1, 1], jitter: 0 }

async function insertOlderThanItsWindow() {
  const id = await insert()
  await database.db.execute(
    sql`update ringback.deliveries set round_at = now() - interval '1 hour' where id = ${id}`,
  )
  return id
}

test('operators are told when an endpoint turns failing, once, and of each delivery that failed for good', async () => {
  const once: RetryPolicy = { kind: 'schedule', delaysSeconds: [], jitter: 0 }
  for (let i = 0; i < 7; i++) await attempt(await insert(), 500, once)
  const { rows } = await database.db.execute<{ type: string }>(
    sql`select type from ringback.notices order by id`,
  )
  const types = rows.map(({ type }) => type)
  expect(types.filter((type) => type === 'endpoint.failing')).toHaveLength(1)
  expect(types.filter((type) => type === 'delivery.failed')).toHaveLength(7)
})

test('of one that was given up as held for too long, the result that comes after it is no second failure', async () => {
  const id = await insert()
  await database.db.execute(sql`
    update ringback.endpoints set status = 'disabled', disabled_at = now() - interval '31 days' where id = ${endpointId}`)
  await database.db.execute(sql`
    update ringback.deliveries set status = 'held', waiting_for = 'disabled', wake_at = null, round_at = now() - interval '31 days'
    where id = ${id}`)
  await expireHeld({ db: database.db, days: 30 }).run()
  expect(await attempt(id, 500)).toMatchObject({ status: 'failed' })
  const { rows } = await database.db.execute<{ type: string }>(
    sql`select type from ringback.notices where type = 'delivery.failed'`,
  )
  expect(rows).toHaveLength(1)
})
