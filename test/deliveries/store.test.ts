import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DeliveryStatus } from '../../src/deliveries/delivery.ts'
import {
  cancel,
  cancelOrphans,
  failHeldTooLong,
  findDelivery,
  holdIfOff,
  holdWaiting,
  loadDue,
  putBack,
  releaseHeld,
  restart,
  type Settlement,
  settleDeliveries,
  takeUnalarmed,
  waitingEndpoints,
} from '../../src/deliveries/store.ts'
import type { EndpointStatus } from '../../src/endpoints/endpoint.ts'
import type { NewDelivery } from '../../src/events/candidate.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { storeDeliveries } from '../setup/stored-deliveries.ts'

const TENANT = 'acme'
let database: TestDatabase
let endpointId: Id<'endpoint'>

beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.execute(sql`truncate ringback.deliveries`)
  endpointId = await endpoint('active')
})

async function endpoint(status: EndpointStatus) {
  const id = newId('endpoint')
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url, status) values (${id}, ${TENANT}, 'https://example.com', ${status})`,
  )
  return id
}

const newDelivery = (changes: Partial<NewDelivery> = {}): NewDelivery => ({
  id: newId('delivery'),
  tenantId: TENANT,
  eventId: newId('event'),
  eventType: 'invoice.paid',
  endpointId,
  endpointStatus: 'active',
  trigger: 'automatic',
  ...changes,
})

async function insert(changes: Partial<NewDelivery> = {}) {
  const delivery = newDelivery(changes)
  await storeDeliveries(database.db, [delivery])
  return delivery.id
}

const settle = (
  id: Id<'delivery'>,
  number: number,
  status: Settlement['status'],
  dueInMs: number | null = null,
) =>
  settleDeliveries(database.db, [
    {
      id,
      number,
      status,
      answer: status === 'delivered' ? '2xx' : '5xx',
      dueInMs,
      reason: status === 'failed' ? 'attempts_exhausted' : null,
    },
  ])

const find = async (id: Id<'delivery'>) => (await findDelivery(database.db, TENANT, id))!

const makeDue = (id: Id<'delivery'>) =>
  database.db.execute(
    sql`update ringback.deliveries set wake_at = now() - interval '1 second' where id = ${id}`,
  )

test('a result moves its delivery on once: the same number again, an older and a later one change nothing', async () => {
  const id = await insert()
  expect((await settle(id, 1, 'retrying', 5_000)).get(id)).toMatchObject({ status: 'retrying' })
  const standing = await find(id)
  expect(standing).toMatchObject({ status: 'retrying', attemptCount: 1 })
  for (const number of [0, 1, 3]) expect((await settle(id, number, 'delivered')).size).toBe(0)
  expect(await find(id)).toEqual(standing)
})

test('of a hundred results for one attempt that come at once, one is written', async () => {
  const id = await insert()
  const results = await Promise.all(Array.from({ length: 100 }, () => settle(id, 1, 'delivered')))
  expect(results.filter((result) => result.has(id))).toHaveLength(1)
})

test('a delivery canceled while its attempt was under way stays canceled, and the attempt is counted', async () => {
  const id = await insert()
  await cancel(database.db, TENANT, id)
  expect((await settle(id, 1, 'delivered')).get(id)).toMatchObject({ status: 'canceled' })
  expect(await find(id)).toMatchObject({
    status: 'canceled',
    attemptCount: 1,
    reason: 'canceled',
    dueAt: null,
    wakeAt: null,
  })
})

test('a delivery held while its attempt was under way stays held when it failed, and is delivered when it succeeded', async () => {
  const [failing, passing] = [await insert(), await insert()]
  await holdWaiting(database.db, TENANT, endpointId, 'disabled')
  await settle(failing, 1, 'retrying', 5_000)
  await settle(passing, 1, 'delivered')
  expect(await find(failing)).toMatchObject({
    status: 'held',
    waitingFor: 'disabled',
    attemptCount: 1,
    wakeAt: null,
  })
  expect(await find(passing)).toMatchObject({ status: 'delivered', waitingFor: null, dueAt: null })
})

test('a retry by hand while the last attempt is under way begins a fresh schedule when that attempt fails', async () => {
  const [failing, passing] = [await insert(), await insert()]
  const roundAt = new Date(Date.now() - 60_000)
  for (const id of [failing, passing]) {
    await settle(id, 1, 'retrying', 5_000)
    await restart(database.db, TENANT, id, 'manual')
  }
  const late = { number: 2, dueInMs: null, roundAt }
  await settleDeliveries(database.db, [
    { ...late, id: failing, status: 'failed', answer: '5xx', reason: 'attempts_exhausted' },
    { ...late, id: passing, status: 'delivered', answer: '2xx', reason: null },
  ])
  expect(await find(failing)).toMatchObject({
    status: 'pending',
    attemptCount: 2,
    roundStart: 2,
    reason: null,
    completedAt: null,
  })
  expect(await takeUnalarmed(database.db, [{ endpointId, most: 10 }], 10)).toMatchObject([
    { id: failing, attempt: 3 },
  ])
  expect(await find(passing)).toMatchObject({ status: 'delivered', attemptCount: 2 })
})

test('a delivery canceled and retried while its first attempt was under way has its schedule before it when that fails', async () => {
  const id = await insert()
  const { roundAt } = await find(id)
  await cancel(database.db, TENANT, id)
  await database.db.execute(sql`select pg_sleep(0.002)`)
  await restart(database.db, TENANT, id, 'manual')
  const late = {
    id,
    number: 1,
    status: 'failed',
    answer: '5xx',
    dueInMs: null,
    reason: 'attempts_exhausted',
    roundAt,
  } as const
  await settleDeliveries(database.db, [late])
  expect(await find(id)).toMatchObject({ status: 'pending', attemptCount: 1, roundStart: 1 })
})

test("the attempts that follow a retry by hand are the policy's own again", async () => {
  const id = await insert()
  await settle(id, 1, 'failed')
  await restart(database.db, TENANT, id, 'manual')
  expect(await settle(id, 2, 'retrying', 5_000)).toEqual(
    new Map([[id, { status: 'retrying', askedFor: true, failedBefore: false }]]),
  )
  expect(await find(id)).toMatchObject({ trigger: 'automatic' })
})

test('a retry is known as asked for, also of what had no attempt before and of what a recovery made', async () => {
  const [asked, recovered, usual] = [await insert(), await insert(), await insert()]
  await database.db.execute(sql`update ringback.deliveries set status = 'failed' where id = ${asked}`)
  await restart(database.db, TENANT, asked, 'manual')
  await database.db.execute(
    sql`update ringback.deliveries set trigger = 'recovery', recovery_id = ${newId('recovery')} where id = ${recovered}`,
  )
  const askedFor = async (id: Id<'delivery'>) => (await settle(id, 1, 'delivered')).get(id)!.askedFor
  expect([await askedFor(asked), await askedFor(recovered), await askedFor(usual)]).toEqual([
    true,
    true,
    false,
  ])
})

test('each state carries its own times and no others', async () => {
  const shape = async (id: Id<'delivery'>) => {
    const { dueAt, wakeAt, completedAt } = await find(id)
    return { due: dueAt !== null, wake: wakeAt !== null, completed: completedAt !== null }
  }
  const ids: Record<string, Id<'delivery'>> = {}
  for (const status of ['pending', 'retrying', 'delivered', 'failed', 'canceled'] as const)
    ids[status] = await insert()
  await settle(ids.retrying!, 1, 'retrying', 1_000)
  await settle(ids.delivered!, 1, 'delivered')
  await settle(ids.failed!, 1, 'failed')
  await cancel(database.db, TENANT, ids.canceled!)
  const waiting = { due: true, wake: true, completed: false }
  const final = { due: false, wake: false, completed: true }
  expect(await shape(ids.pending!)).toEqual(waiting)
  expect(await shape(ids.retrying!)).toEqual(waiting)
  expect(await shape(ids.delivered!)).toEqual(final)
  expect(await shape(ids.failed!)).toEqual(final)
  expect(await shape(ids.canceled!)).toEqual(final)
  await holdWaiting(database.db, TENANT, endpointId, 'paused')
  expect(await shape(ids.pending!)).toEqual({ due: true, wake: false, completed: false })
})

test('a delivery to an endpoint that is off is held, and goes on when it is let', async () => {
  endpointId = await endpoint('disabled')
  const id = newId('delivery')
  const ready = await storeDeliveries(database.db, [newDelivery({ id, endpointStatus: 'disabled' })])
  expect(ready).toEqual([])
  expect(await find(id)).toMatchObject({ status: 'held', waitingFor: 'disabled', wakeAt: null })
  await releaseHeld(database.db, TENANT, endpointId)
  expect(await find(id)).toMatchObject({ status: 'pending', waitingFor: null })
  expect(await takeUnalarmed(database.db, [{ endpointId, most: 10 }], 10)).toMatchObject([{ id, attempt: 1 }])
})

test('nothing is held for ever: a hold that meets an enabling waits for it and then holds nothing', async () => {
  endpointId = await endpoint('disabled')
  const id = await insert()
  let holding: Promise<Set<string>> | undefined
  await database.db.transaction(async (tx) => {
    await tx.execute(sql`update ringback.endpoints set status = 'active' where id = ${endpointId}`)
    holding = holdIfOff(database.db, [id])
    await waitForLock()
    await releaseHeld(tx, TENANT, endpointId)
  })
  expect((await holding!).size).toBe(0)
  expect((await find(id)).status).toBe('pending')
})

/** Resolves once some statement waits for a lock: the signal that the other transaction has come to where it must. */
async function waitForLock() {
  for (;;) {
    const { rows } = await database.db.execute(
      sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    if (rows.length > 0) return
  }
}

test('a retry by hand begins a fresh schedule from any final state, and keeps the count of attempts', async () => {
  const outcomes: Record<string, (id: Id<'delivery'>) => Promise<unknown>> = {
    delivered: (id) => settle(id, 1, 'delivered'),
    failed: (id) => settle(id, 1, 'failed'),
    canceled: (id) => cancel(database.db, TENANT, id),
  }
  for (const [status, reach] of Object.entries(outcomes)) {
    const id = await insert()
    await reach(id)
    const before = await find(id)
    expect(before.status).toBe(status as DeliveryStatus)
    expect(await restart(database.db, TENANT, id, 'manual')).toMatchObject({
      status: 'pending',
      attemptCount: before.attemptCount,
      roundStart: before.attemptCount,
      trigger: 'manual',
      completedAt: null,
      reason: null,
    })
  }
  expect(await restart(database.db, 'another', await insert(), 'manual')).toBeUndefined()
})

test('the sweeper takes what is due and has no alarm, each once however many sweep, and leaves what has one', async () => {
  const alarmed = await insert()
  const due = await Promise.all(Array.from({ length: 50 }, () => insert()))
  for (const id of due) await makeDue(id)
  const sweeps = Array.from({ length: 5 }, () =>
    takeUnalarmed(database.db, [{ endpointId, most: 1_000 }], 1_000),
  )
  const taken = (await Promise.all(sweeps)).flat().map(({ id }) => id)
  expect(taken.toSorted()).toEqual(due.toSorted())
  expect(taken).not.toContain(alarmed)
})

const upToTen = (...endpointIds: Id<'endpoint'>[]) =>
  endpointIds.map((endpointId) => ({ endpointId, most: 10 }))

test('the sweeper leaves an endpoint with no more live alarms than its share, the longest waiting first', async () => {
  const [crowded, quiet] = [endpointId, await endpoint('active')]
  const due: Id<'delivery'>[] = []
  for (let i = 0; i < 30; i++) due.push(await insert())
  for (const id of due) await makeDue(id)
  const other = await insert({ endpointId: quiet })
  await makeDue(other)
  const first = await takeUnalarmed(database.db, upToTen(crowded, quiet), 10)
  expect(first.map(({ id }) => id).toSorted()).toEqual([...due.slice(0, 10), other].toSorted())
  expect(await takeUnalarmed(database.db, upToTen(crowded, quiet), 10)).toEqual([])
  await settle(due[0]!, 1, 'delivered')
  expect((await takeUnalarmed(database.db, upToTen(crowded, quiet), 10)).map(({ id }) => id)).toEqual([
    due[10],
  ])
})

test('a delivery that found no place keeps its endpoint from being asked again at once', async () => {
  const id = await insert()
  await putBack(database.db, [{ id, againInMs: null }])
  await makeDue(await insert())
  expect(await takeUnalarmed(database.db, [{ endpointId, most: 1 }], 1)).toEqual([])
})

test('the endpoints that something waits for are named in turn, with whether something is due, and the round ends', async () => {
  const endpoints = [endpointId]
  for (let i = 0; i < 4; i++) endpoints.push(await endpoint('active'))
  for (const id of endpoints) for (let i = 0; i < 3; i++) await insert({ endpointId: id })
  await makeDue(await insert({ endpointId: endpoints[1]! }))
  await settle(await insert({ endpointId: await endpoint('active') }), 1, 'delivered')
  const first = await waitingEndpoints(database.db, null, 3)
  const named = endpoints.map((id) => ({ endpointId: id, tenantId: 'acme', isDue: id === endpoints[1] }))
  expect(first).toEqual(named.slice(0, 3))
  expect(await waitingEndpoints(database.db, first.at(-1)!.endpointId, 3)).toEqual(named.slice(3))
})

test('a retry that is far off is not in the queue, and the sweeper takes it before its time', async () => {
  const id = await insert()
  await settle(id, 1, 'retrying', 3_600_000)
  const { dueAt, wakeAt } = await find(id)
  expect(wakeAt!.getTime()).toBeLessThan(dueAt!.getTime())
  await makeDue(id)
  const [alarm] = await takeUnalarmed(database.db, [{ endpointId, most: 10 }], 10)
  expect(alarm!.delayMs).toBeGreaterThan(3_500_000)
  expect((await loadDue(database.db, [id])).get(id)!.dueInMs).toBeGreaterThan(3_500_000)
})

test('with nothing due, the sweeper reads an index that holds nothing else', async () => {
  await Promise.all(Array.from({ length: 30 }, async () => settle(await insert(), 1, 'delivered')))
  await database.db.execute(sql`analyze ringback.deliveries`)
  const plan = await database.db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`)
    const { rows } = await tx.execute<{ 'QUERY PLAN': string }>(
      sql`explain select id from ringback.deliveries where wake_at <= now() order by wake_at limit 10 for update skip locked`,
    )
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
  expect(plan).toMatch(/Index Scan using deliveries_\d+_wake_at_idx/)
})

test('what is held for a disabled endpoint beyond its days ends failed, with its reason; what is paused waits on', async () => {
  const old = async (waitingFor: 'disabled' | 'paused') => {
    endpointId = await endpoint('active')
    const id = await insert()
    await holdWaiting(database.db, TENANT, endpointId, waitingFor)
    await database.db.execute(
      sql`update ringback.deliveries set round_at = now() - interval '31 days' where id = ${id}`,
    )
    return id
  }
  const [disabled, paused] = [await old('disabled'), await old('paused')]
  await insert()
  expect(await failHeldTooLong(database.db, 30, 10)).toMatchObject([
    { tenantId: TENANT, deliveryId: disabled },
  ])
  expect(await find(disabled)).toMatchObject({ status: 'failed', reason: 'held_too_long', waitingFor: null })
  expect(await find(paused)).toMatchObject({ status: 'held' })
})

test('what is older than its days is held on, when its endpoint was disabled only lately', async () => {
  endpointId = await endpoint('active')
  const id = await insert()
  await holdWaiting(database.db, TENANT, endpointId, 'disabled')
  await database.db.execute(
    sql`update ringback.deliveries set round_at = now() - interval '31 days' where id = ${id}`,
  )
  const disableAgo = (days: number) =>
    database.db.execute(sql`
      update ringback.endpoints set status = 'disabled', disabled_at = now() - ${days} * interval '1 day'
      where id = ${endpointId}`)
  await disableAgo(29)
  expect(await failHeldTooLong(database.db, 30, 10)).toEqual([])
  expect(await find(id)).toMatchObject({ status: 'held' })
  await disableAgo(31)
  expect(await failHeldTooLong(database.db, 30, 10)).toMatchObject([{ deliveryId: id }])
})

test.each(['retrying', 'failed'] as const)(
  'a result (%s) that comes when its delivery was held for too long meanwhile is counted, and revives nothing',
  async (status) => {
    const id = await heldTooLong()
    const { completedAt } = await find(id)
    expect((await settle(id, 1, status, status === 'retrying' ? 1_000 : null)).get(id)).toMatchObject({
      status: 'failed',
    })
    expect(await find(id)).toMatchObject({
      status: 'failed',
      reason: 'held_too_long',
      attemptCount: 1,
      dueAt: null,
      wakeAt: null,
      completedAt,
    })
  },
)

test('what got through is delivered, though it had been given up as held for too long meanwhile', async () => {
  const id = await heldTooLong()
  await settle(id, 1, 'delivered')
  expect(await find(id)).toMatchObject({ status: 'delivered', reason: null, attemptCount: 1 })
})

/** One whose attempt was under way when its endpoint was disabled, and which was given up before its result came. */
async function heldTooLong() {
  endpointId = await endpoint('active')
  const id = await insert()
  await holdWaiting(database.db, TENANT, endpointId, 'disabled')
  await database.db.execute(
    sql`update ringback.deliveries set round_at = now() - interval '31 days' where id = ${id}`,
  )
  await failHeldTooLong(database.db, 30, 10)
  return id
}

test('what several change at once, each in an order of its own, they change one after the other', async () => {
  endpointId = await endpoint('active')
  const ids: Id<'delivery'>[] = []
  for (let i = 0; i < 200; i++) ids.push(await insert())
  const { db } = database
  const backwards = ids.toReversed().map((id) => ({ id, againInMs: 50 }))
  for (let round = 0; round < 10; round++)
    await Promise.all([
      putBack(db, backwards),
      putBack(db, backwards.toReversed()),
      holdWaiting(db, TENANT, endpointId, 'paused'),
      releaseHeld(db, TENANT, endpointId),
      cancelOrphans(db, ids),
      takeUnalarmed(db, [{ endpointId, most: 200 }], 200),
    ])
  await releaseHeld(db, TENANT, endpointId)
  expect((await Promise.all(ids.map(find))).every(({ status }) => status === 'pending')).toBe(true)
})

test('a delivery that is put back comes again at its turn', async () => {
  const id = await insert()
  const before = Date.now()
  await putBack(database.db, [{ id, againInMs: 5_000 }])
  const { wakeAt } = await find(id)
  expect(wakeAt!.getTime()).toBeGreaterThan(before + 4_000)
  expect(wakeAt!.getTime()).toBeLessThan(Date.now() + 6_000)
})
