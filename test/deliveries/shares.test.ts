import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createShares, type Shares } from '../../src/deliveries/shares.ts'
import { insertDeliveries } from '../../src/deliveries/store.ts'
import { WINDOW } from '../../src/deliveries/window.ts'
import type { NewDelivery } from '../../src/events/candidate.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into ringback.tenants (id) values ('acme'), ('small')`)
})
afterAll(() => database.drop())

const clock = { at: 0, now: () => clock.at }
/** How many alarms lie in the queue. */
let lying: number
let shares: Shares
let crowded: Id<'endpoint'>
let other: Id<'endpoint'>
beforeEach(() => {
  lying = 0
  shares = createShares({
    db: database.db,
    waiting: async () => lying,
    clock,
  })
  crowded = newId('endpoint')
  other = newId('endpoint')
  return () => shares.stop()
})

/** Stores a delivery for each as accepting does. @returns how many alarms are set */
async function acceptFor(endpointIds: readonly Id<'endpoint'>[], tenantId = 'acme'): Promise<number> {
  const rows = endpointIds.map((endpointId) => ({
    id: newId('delivery'),
    tenantId,
    eventId: newId('event'),
    eventType: 'a',
    endpointId,
    endpointStatus: 'active' as const,
    trigger: 'automatic' as const,
    traceparent: null,
  }))
  function take(row: NewDelivery) {
    const isTaken = shares.take(row)
    if (isTaken) lying++
    return isTaken
  }
  return (await insertDeliveries(database.db, rows, undefined, take)).flat().length
}

const accept = (endpointId: Id<'endpoint'>, count: number) =>
  acceptFor(Array.from({ length: count }, () => endpointId))

async function workOff(endpointId: Id<'endpoint'>, count: number) {
  const { rowCount } = await database.db.execute(sql`
    update ringback.deliveries set status = 'delivered', wake_at = null where id in (
      select id from ringback.deliveries where endpoint_id = ${endpointId} and status = 'pending' limit ${count})`)
  lying = Math.max(0, lying - rowCount!)
}

async function lookAfter(ms: number) {
  clock.at += ms
  await shares.look()
}

test('of a crowd for one endpoint a share is alarmed; the rest is due at once for the sweeper, and nothing is lost', async () => {
  expect(await accept(crowded, 1_000)).toBe(100)
  const { rows } = await database.db.execute<{ due: number; alarmed: number }>(sql`
    select count(*) filter (where wake_at <= now())::int as due, count(*) filter (where wake_at > now())::int as alarmed
    from ringback.deliveries where endpoint_id = ${crowded}`)
  expect(rows[0]).toEqual({ due: 900, alarmed: 100 })
})

test('a crowd for one endpoint takes nothing from another', async () => {
  await accept(crowded, 1_000)
  expect(await accept(other, 100)).toBe(100)
})

test('an endpoint that works off what it gets, gets as much as it works off in two seconds', async () => {
  for (let second = 0; second < 5; second++) {
    const alarmed = await accept(crowded, 1_500)
    await workOff(crowded, 1_500)
    await accept(crowded, 1)
    await lookAfter(1_000)
    if (second > 3) expect(alarmed).toBe(1_500)
  }
})

test('one that stands still learns a small share, and gets a larger one when it moves again', async () => {
  await accept(crowded, 1_000)
  // The first may see too little, where the commit is slow.
  for (let second = 0; second < 2; second++) await lookAfter(1_000)
  expect(await accept(crowded, 50)).toBe(0)
  await workOff(crowded, 2_000)
  await lookAfter(1_000)
  expect(await accept(crowded, 100)).toBe(100)
})

test('an endpoint with a steady stream that it keeps up with never waits for the sweeper', async () => {
  for (let second = 0; second < 5; second++) {
    expect(await accept(crowded, 80)).toBe(80)
    await workOff(crowded, 80)
    await lookAfter(1_000)
  }
})

test('all endpoints together get no more than the window, less what waits in the queue', async () => {
  await accept(other, 60)
  lying = WINDOW - 300
  await lookAfter(1_000)
  let set = 0
  for (let n = 0; n < 20; n++) set += await acceptEach(1, 100, `tenant-${n}`)
  expect(set).toBe(300)
})

test('a tenant with many endpoints takes two thirds of the window, and the first callback of another is alarmed at once', async () => {
  expect(await acceptEach(WINDOW / 10, 10)).toBe(Math.ceil((2 * WINDOW) / 3))
  expect(await acceptFor([other], 'small')).toBe(1)
})

test('one that stands still keeps a small share, though its commits are slow', async () => {
  const taken = (most: number) =>
    Array.from({ length: most }, () => shares.take({ tenantId: 'acme', endpointId: crowded })).filter(Boolean)
      .length
  // The look comes before the commit, and sees nothing of what was taken.
  expect(taken(1_000)).toBe(100)
  await lookAfter(100)
  expect(taken(1_000)).toBeLessThanOrEqual(200)
})

/** For so many new endpoints, at once. @returns how many alarms are set */
function acceptEach(endpoints: number, count: number, tenantId = 'acme'): Promise<number> {
  const ids = Array.from({ length: endpoints }, () => newId('endpoint'))
  return acceptFor(
    ids.flatMap((id) => Array.from({ length: count }, () => id)),
    tenantId,
  )
}
