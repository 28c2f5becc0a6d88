/** A long backlog follows its endpoint's switches in pages, and nobody else waits for it. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SYSTEM } from '../../src/audit/entry.ts'
import type { Db } from '../../src/db/open.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import { conclude } from '../../src/dispatch/conclude.ts'
import { createSettle } from '../../src/dispatch/settle.ts'
import { disableEndpoint } from '../../src/endpoints/disable.ts'
import { enableEndpoint } from '../../src/endpoints/enable.ts'
import { pauseEndpoint, resumeEndpoint } from '../../src/endpoints/pause.ts'
import { findEndpoint, openCircuits, recordFailures } from '../../src/endpoints/store.ts'
import { firstIdAt, type Id, newId } from '../../src/ids.ts'
import { switchNotices } from '../../src/notices/switches.ts'
import { DEFAULT_RETRY_POLICY } from '../../src/retry/policy.ts'
import { followSwitches } from '../../src/upkeep/follow-switches.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

const TENANT = 'acme'
/** As many as one transaction moves. */
const PAGE = 1_000
const LONG = 20_000
/** Enough for three pages. */
const FEW = 2_500

const needs = { by: SYSTEM, deliveries, notices: switchNotices }

let database: TestDatabase
let endpointId: Id<'endpoint'>
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.execute(sql`truncate ringback.deliveries, ringback.attempts`)
  await database.db.execute(sql`delete from ringback.endpoints`)
  endpointId = await anEndpoint()
})

async function anEndpoint(): Promise<Id<'endpoint'>> {
  const id = newId('endpoint')
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${id}, ${TENANT}, 'https://example.com')`,
  )
  return id
}

/** So many wait for an endpoint; every other has failed before. Made within Postgres. */
async function backlog(count: number, to = endpointId) {
  const stem = firstIdAt('delivery', Date.now()).slice(0, -16)
  const part = to.slice(-6)
  await database.db.execute(sql`
    insert into ringback.deliveries
      (id, tenant_id, event_id, event_type, endpoint_id, status, trigger, due_at, wake_at, attempt_count)
    select ${stem}::text || ${part}::text || lpad(n::text, 10, '0'), ${TENANT}, ${newId('event')}, 'a', ${to},
      case when n % 2 = 0 then 'pending' else 'retrying' end, 'automatic', now(), now() + n * interval '1 millisecond', n % 2
    from generate_series(1, ${count}::int) n`)
}

const switches =
  (verb: (db: Db, given: typeof needs, tenantId: string, id: Id<'endpoint'>) => Promise<unknown>) =>
  (id = endpointId) =>
    database.db.transaction((tx) => verb(tx, needs, TENANT, id))
const [pause, resume] = [switches(pauseEndpoint), switches(resumeEndpoint)]
const [disable, enable] = [switches(disableEndpoint), switches(enableEndpoint)]

/** The duty's turns, until it rests. */
async function followAll(duty = followSwitches({ db: database.db })) {
  while ((await duty.run()) === 0) {}
}

/** How many deliveries of an endpoint stand how. */
async function standing(of = endpointId): Promise<Record<string, number>> {
  const { rows } = await database.db.execute<{ as: string; count: number }>(sql`
    select concat_ws(' ', status, waiting_for) as "as", count(*)::int as count
    from ringback.deliveries where endpoint_id = ${of} group by 1`)
  return Object.fromEntries(rows.map(({ as, count }) => [as, count]))
}

/** The most deliveries that one transaction wrote last. */
async function largestWrite(): Promise<number> {
  const { rows } = await database.db.execute<{ most: number }>(sql`
    select max(count)::int as most from (
      select count(*) from ringback.deliveries where endpoint_id = ${endpointId} group by xmin::text
    ) as written`)
  return rows[0]!.most
}

const isFollowed = async () => (await findEndpoint(database.db, TENANT, endpointId))!.followingSince !== null

test('a long backlog is held and let go on whole, and no transaction moves more than a page of it', {
  timeout: 60_000,
}, async () => {
  await backlog(LONG)
  await pause()
  expect(await standing()).toMatchObject({ 'held paused': PAGE })
  await followAll()
  expect(await standing()).toEqual({ 'held paused': LONG })
  expect(await largestWrite()).toBe(PAGE)
  expect(await isFollowed()).toBe(false)

  await resume()
  expect(await standing()).toMatchObject({ 'held paused': LONG - PAGE })
  await followAll()
  expect(await standing()).toEqual({ pending: LONG / 2, retrying: LONG / 2 })
  expect(await largestWrite()).toBe(PAGE)
  expect(await isFollowed()).toBe(false)
})

test('a page or less follows in the transaction that switches, and leaves nothing to the duty', async () => {
  await backlog(PAGE)
  await pause()
  expect(await standing()).toEqual({ 'held paused': PAGE })
  expect(await isFollowed()).toBe(false)
  await resume()
  expect(await standing()).toEqual({ pending: PAGE / 2, retrying: PAGE / 2 })
  expect(await isFollowed()).toBe(false)
})

test('while others have some of a backlog locked, it is switched, accepted for and settled, and so is what goes elsewhere', async () => {
  const elsewhere = await anEndpoint()
  await backlog(FEW)
  const settle = createSettle({ db: database.db, random: () => 0.5 })
  const [mine, theirs] = [await accept(endpointId), await accept(elsewhere)]
  const lock = await database.pool.connect()
  try {
    await lock.query('begin')
    const { rowCount: locked } = await lock.query(
      `select from ringback.deliveries where endpoint_id = $1 and status = 'retrying' and wake_at > now() for update`,
      [endpointId],
    )
    expect(locked).toBeGreaterThan(PAGE)
    await pause()
    await followAll()
    expect(await standing()).toMatchObject({ retrying: locked })
    await Promise.all([accept(endpointId), accept(elsewhere)])
    await Promise.all([settle(await failed(mine)), settle(await failed(theirs))])
    await resume()
    await pause()
    await followAll()
    expect(await isFollowed()).toBe(true)
    await lock.query('commit')
  } finally {
    lock.release(true)
  }
  await followAll()
  expect(await standing()).toEqual({ 'held paused': FEW + 2 })
  expect(await isFollowed()).toBe(false)
})

test('while a page is turned, what goes elsewhere is accepted and settled', async () => {
  const elsewhere = await anEndpoint()
  await backlog(FEW)
  const settle = createSettle({ db: database.db, random: () => 0.5 })
  await pause()
  await database.db.transaction(async (tx) => {
    expect(await deliveries.followNext(tx, null)).toEqual({ endpointId, moved: PAGE })
    expect(await settle(await failed(await accept(elsewhere)))).toMatchObject({ status: 'retrying' })
  })
})

/** One more, for an endpoint that was seen to be failing. */
async function accept(to: Id<'endpoint'>) {
  const id = newId('delivery')
  const made = { id, tenantId: TENANT, eventId: newId('event'), eventType: 'a', endpointId: to }
  await deliveries.insertDeliveries(database.db, [
    { ...made, endpointStatus: 'failing', trigger: 'automatic' },
  ])
  return id
}

/** An attempt that failed: news of its endpoint. */
async function failed(id: Id<'delivery'>) {
  const delivery = (await deliveries.loadDue(database.db, [id])).get(id)!
  const attempted = {
    id: newId('attempt'),
    delivery,
    retry: DEFAULT_RETRY_POLICY,
    wasHeld: false,
    request: { url: 'https://example.com', headers: {}, body: Buffer.alloc(0), timeoutMs: 1 },
    outcome: {
      startedAt: Date.now(),
      durationMs: 0,
      response: { status: 500, headers: {}, body: Buffer.alloc(0), truncated: false },
      error: null,
      timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 1, totalMs: 1 },
      remoteAddress: '192.0.2.1',
    },
    traceId: null,
  }
  return { ...conclude(attempted, Date.now(), () => 0.5), endpointFailing: true, isProbe: false }
}

test('whoever dies between a switch and its end, or within a page, leaves it to another process', async () => {
  await backlog(FEW)
  await disable()
  const dying = database.db.transaction(async (tx) => {
    await deliveries.followNext(tx, null)
    throw new Error('died')
  })
  await expect(dying).rejects.toThrow('died')
  expect(await standing()).toMatchObject({ 'held disabled': PAGE })
  await followAll()
  expect(await standing()).toEqual({ 'held disabled': FEW })

  await enable()
  await followAll()
  expect(await standing()).toEqual({ pending: FEW / 2, retrying: FEW / 2 })
})

test('several that follow at once do each page once', async () => {
  await backlog(FEW)
  await pause()
  await Promise.all([followAll(), followAll(), followAll()])
  expect(await standing()).toEqual({ 'held paused': FEW })
  expect(await isFollowed()).toBe(false)
})

test('an endpoint that is switched back in the middle is followed back', async () => {
  await backlog(LONG)
  const duty = followSwitches({ db: database.db })
  await pause()
  for (let page = 0; page < 3; page++) await duty.run()
  await resume()
  await followAll(duty)
  expect(await standing()).toEqual({ pending: LONG / 2, retrying: LONG / 2 })

  await pause()
  await followAll(duty)
  await resume()
  await duty.run()
  await pause()
  await followAll(duty)
  expect(await standing()).toEqual({ 'held paused': LONG })
  expect(await isFollowed()).toBe(false)
})

test('what is held for something else than its endpoint is off for now is held for that', async () => {
  await backlog(FEW)
  await pause()
  await disable()
  await followAll()
  expect(await standing()).toEqual({ 'held disabled': FEW })
})

test('of what follows an open circuit, the delivery that probes is let through', async () => {
  await backlog(FEW)
  const circuit = { openedAt: new Date(), probes: 0, probeAt: new Date() }
  const ref = { tenantId: TENANT, endpointId }
  await recordFailures(database.db, [
    { ...ref, failingSince: new Date(), failedAttempts: 30, status: 'failing', circuit: null },
  ])
  await database.db.transaction(async (tx) => {
    await openCircuits(tx, [{ ...ref, circuit }])
    await deliveries.holdWaiting(tx, TENANT, endpointId, 'circuit')
  })
  const [probe] = await deliveries.takeProbes(database.db, 1)
  await followAll()
  expect(await standing()).toEqual({
    'held circuit': FEW - 1,
    [probe!.attempt > 1 ? 'retrying' : 'pending']: 1,
  })
})

test('no endpoint waits for the long backlog of another', async () => {
  const other = await anEndpoint()
  await backlog(LONG)
  await backlog(FEW, other)
  await Promise.all([pause(), pause(other)])
  const duty = followSwitches({ db: database.db })
  // Two rounds and their ends.
  for (let turn = 0; turn < 6; turn++) await duty.run()
  expect(await standing(other)).toEqual({ 'held paused': FEW })
  expect(await standing()).toMatchObject({ 'held paused': 3 * PAGE })
})
