import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SYSTEM } from '../../src/audit/entry.ts'
import { cancel, cancelWaiting, listDeliveries } from '../../src/deliveries/store.ts'
import { removeEndpoint } from '../../src/endpoints/remove.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { storeDeliveries } from '../setup/stored-deliveries.ts'
import { createRoom, type Room } from './room.ts'

let database: TestDatabase
let room: Room

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  room = await createRoom(database)
})

/** Which endpoint was sent which event, in order. */
const sent = async (recoveryId: Id<'recovery'>) =>
  (await room.started(recoveryId)).map(({ eventId, endpointId }) => [eventId, endpointId])

/** Steps until there is no more. */
async function stepToTheEnd(recovery: Parameters<Room['step']>[0], most: number) {
  const steps: number[] = []
  for (;;) {
    const { started, more } = await room.step(recovery, most)
    steps.push(started)
    if (!more) return steps
  }
}

test('events that nobody got are left alone unless they are asked for', async () => {
  await room.event()
  const recovery = await room.begin()
  expect(recovery.matched).toBe(0)
  expect(await stepToTheEnd(recovery, 10)).toEqual([0])
  expect(await room.deliveries()).toEqual([])
})

test('asked for, they go to the endpoints that want them now and never had them, be they younger than the event', async () => {
  const [first, second] = [await room.event(), await room.event()]
  await room.event('unwanted')
  const younger = await room.endpoint()
  await storeDeliveries(database.db, [
    {
      id: newId('delivery'),
      tenantId: room.tenantId,
      eventId: first,
      eventType: 'wanted',
      endpointId: room.endpointId,
      endpointStatus: 'active',
      trigger: 'automatic',
    },
  ])
  const recovery = await room.begin({ includeUnsent: true })
  expect(recovery.matched).toBe(3)
  await stepToTheEnd(recovery, 10)
  expect(await sent(recovery.id)).toEqual([
    [first, younger],
    [second, room.endpointId],
    [second, younger],
  ])
  const [made] = await room.started(recovery.id)
  expect(made).toMatchObject({ status: 'pending', trigger: 'recovery', attemptCount: 0, eventType: 'wanted' })
  expect(made!.wakeAt).toEqual(made!.dueAt)
})

test('of one endpoint alone, when it is named', async () => {
  const event = await room.event()
  const other = await room.endpoint()
  const recovery = await room.begin({ includeUnsent: true, endpointId: other })
  expect(recovery.matched).toBe(1)
  await stepToTheEnd(recovery, 10)
  expect(await sent(recovery.id)).toEqual([[event, other]])
})

test('a filter is asked about the data of each event', async () => {
  const picky = await room.endpoint('active', { amount: { $gte: 10 } })
  await room.event('wanted', { amount: 9 })
  const dear = await room.event('wanted', { amount: 10 })
  const recovery = await room.begin({ includeUnsent: true, endpointId: picky })
  expect(recovery.matched).toBe(1)
  await stepToTheEnd(recovery, 10)
  expect(await sent(recovery.id)).toEqual([[dear, picky]])
})

test('an event that a filter was too costly for is sent once the filter is cheaper', async () => {
  const costly = { $and: Array.from({ length: 100 }, (_, i) => ({ a: { $ne: -i } })) }
  const picky = await room.endpoint('active', costly)
  const event = await room.event('wanted', { a: Array(60_000).fill(1), n: 1 })
  expect(await room.begin({ includeUnsent: true, endpointId: picky })).toMatchObject({ matched: 0 })
  await database.db.execute(
    sql`update ringback.subscriptions set filter = '{"n": 1}' where endpoint_id = ${picky}`,
  )
  const recovery = await room.begin({ includeUnsent: true, endpointId: picky })
  expect(recovery.matched).toBe(1)
  await stepToTheEnd(recovery, 10)
  expect(await sent(recovery.id)).toEqual([[event, picky]])
})

test('they keep the pace too, endpoint by endpoint, after the deliveries that are there', async () => {
  const failed = await room.failed(2)
  for (let i = 0; i < 2; i++) await room.endpoint()
  const events = [await room.event(), await room.event(), await room.event()]
  const recovery = await room.begin({ includeUnsent: true })
  expect(recovery.matched).toBe(2 + 3 * 3)
  expect(await stepToTheEnd(recovery, 4)).toEqual([4, 4, 3])
  const started = await room.started(recovery.id)
  expect(started.slice(0, 2).map(({ id }) => id)).toEqual(failed)
  expect(new Set((await sent(recovery.id)).map((pair) => pair.join(' '))).size).toBe(11)
  expect(started.slice(2).map(({ eventId }) => eventId)).toEqual(events.flatMap((id) => [id, id, id]))
  expect(await room.recovery(recovery.id)).toMatchObject({ restarted: 11 })
})

test('pages of events are walked to the end', async () => {
  for (let i = 0; i < 450; i++) await room.event(i % 100 === 99 ? 'wanted' : 'unwanted')
  const recovery = await room.begin({ includeUnsent: true })
  expect(recovery.matched).toBe(4)
  expect(await stepToTheEnd(recovery, 10)).toEqual([2, 2, 0])
})

test('recoveries that look at the same events at once make each delivery once', async () => {
  for (let i = 0; i < 40; i++) await room.event()
  const recoveries = await Promise.all(Array.from({ length: 4 }, () => room.begin({ includeUnsent: true })))
  await Promise.all(recoveries.map((recovery) => stepToTheEnd(recovery, 7)))
  const made = await room.deliveries()
  expect(made).toHaveLength(40)
  expect(new Set(made.map(({ eventId }) => eventId)).size).toBe(40)
})

test('a delivery that was canceled before its first attempt is sent, one canceled after it is not', async () => {
  await room.ended('canceled')
  const id = newId('delivery')
  const made = { id, tenantId: room.tenantId, eventId: newId('event'), eventType: 'a' } as const
  await storeDeliveries(database.db, [
    { ...made, endpointId: room.endpointId, endpointStatus: 'active', trigger: 'automatic' },
  ])
  await cancel(database.db, room.tenantId, id)
  const recovery = await room.begin({ includeUnsent: true })
  expect(recovery.matched).toBe(1)
  await stepToTheEnd(recovery, 10)
  expect(await room.started(recovery.id)).toMatchObject([{ id, status: 'pending' }])
})

test('a test that was sent to one endpoint goes to no other', async () => {
  const event = await room.event()
  const other = await room.endpoint()
  const made = {
    id: newId('delivery'),
    tenantId: room.tenantId,
    eventId: event,
    eventType: 'wanted',
  } as const
  await storeDeliveries(database.db, [
    { ...made, endpointId: other, endpointStatus: 'active', trigger: 'test' },
  ])
  const recovery = await room.begin({ includeUnsent: true })
  expect(recovery.matched).toBe(0)
  await stepToTheEnd(recovery, 10)
  expect(await room.started(recovery.id)).toEqual([])
})

test("another tenant's events are never looked at", async () => {
  const neighbour = await createRoom(database)
  await neighbour.event()
  const recovery = await room.begin({ includeUnsent: true })
  expect(recovery.matched).toBe(0)
  await stepToTheEnd(recovery, 10)
  expect(await listDeliveries(database.db, neighbour.tenantId, { limit: 10 })).toEqual([])
})

test('what is made for an endpoint that is off is held', async () => {
  const off = await room.endpoint('paused')
  await room.event()
  const recovery = await room.begin({ includeUnsent: true, endpointId: off })
  await stepToTheEnd(recovery, 10)
  expect(await room.started(recovery.id)).toMatchObject([
    { status: 'held', waitingFor: 'paused', wakeAt: null },
  ])
})

test('an endpoint that is removed on the way gets no more, and the recovery ends', async () => {
  for (let i = 0; i < 3; i++) await room.event()
  const recovery = await room.begin({ includeUnsent: true })
  await room.step(recovery, 1)
  await database.db.transaction((tx) =>
    removeEndpoint(tx, { by: SYSTEM, deliveries: { cancelWaiting } }, room.tenantId, room.endpointId),
  )
  await stepToTheEnd(recovery, 10)
  expect(await room.recovery(recovery.id)).toMatchObject({ status: 'finished', matched: 3, restarted: 1 })
})

test('more events than anybody would wait for are refused before they are looked at', async () => {
  await database.db.execute(sql`
    insert into ringback.events (id, tenant_id, type, metadata, body, delivery_count)
    select ${newId('event').slice(0, 20)} || lpad(translate(to_hex(n), 'abcdef', 'ghjkmn'), 10, '0'), ${room.tenantId}, 'wanted', '{}', '', 0
    from generate_series(1, 100001) n`)
  await expect(room.begin({ includeUnsent: true })).rejects.toMatchObject({ code: 'recovery_too_large' })
  expect(await room.begin({})).toMatchObject({ matched: 0 })
})
