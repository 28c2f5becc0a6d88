import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { SHARE } from '../../src/deliveries/shares.ts'
import { insertDeliveries } from '../../src/deliveries/store.ts'
import { WINDOW } from '../../src/deliveries/window.ts'
import { SECOND } from '../../src/duration.ts'
import { firstIdAt, type IdKind, newId } from '../../src/ids.ts'
import type { Queue } from '../../src/queue/queue.ts'
import { sweep } from '../../src/upkeep/sweep.ts'
import { createLossyQueue } from '../model/lossy-queue.ts'
import { someJob } from '../queue/recorder.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

/** More than the window of the queue, and a part of a round beyond it. */
const [ENDPOINTS, OF_EACH] = [45, 250]
/** When as many as two windows wait nothing is added, and one part of a round may come on top. */
const PART = 20 * SHARE

/** It marks a hundred thousand rows again and again. */
const LONG_TABLE_MS = 120_000

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  const stem = (kind: IdKind) => sql.raw(`'${firstIdAt(kind, Date.now()).slice(0, -16)}'`)
  await db.execute(sql`insert into ringback.tenants (id) values ('acme')`)
  await db.execute(sql`
    insert into ringback.deliveries (id, tenant_id, event_id, event_type, endpoint_id, status, trigger, due_at, wake_at)
    select ${stem('delivery')} || lpad(n::text, 16, '0'), 'acme', ${stem('event')} || lpad(n::text, 16, '0'), 'a',
      ${stem('endpoint')} || lpad((n % ${ENDPOINTS})::text, 16, '0'), 'pending', 'automatic', now(), now()
    from generate_series(0, ${ENDPOINTS * OF_EACH - 1}) n`)
})
afterAll(() => database.drop())

test('however long the backlog, and though nobody works, the queue holds no more than two windows and a part of a round', {
  timeout: LONG_TABLE_MS,
}, async () => {
  const queue = createLossyQueue(systemClock)
  let now = 0
  const duty = sweep({ db: database.db, queue, clock: { now: () => now } })
  const waiting = () => {
    const jobs = queue.take(0, Number.POSITIVE_INFINITY)
    queue.drop(0, 'taken over')
    return jobs.flatMap(({ data }) => ('deliveryIds' in data ? data.deliveryIds : data.deliveryId)).length
  }
  for (let turn = 0; turn < 10; turn++) {
    await duty.run()
    now += SECOND
    // As if the grace were over in which an alarm may ring: all is due again.
    await database.db.execute(sql`update ringback.deliveries set wake_at = now()`)
  }
  expect(waiting()).toBeGreaterThanOrEqual(WINDOW / 2)
  expect(waiting()).toBeLessThan(2 * WINDOW + PART)

  queue.wipe()
  await duty.run()
  expect(waiting()).toBeGreaterThan(0)
})

test('a backlog whose share is alive is looked at again soon, and ever less often while it stands still', async () => {
  const { db } = database
  await db.execute(
    sql`delete from ringback.deliveries where endpoint_id > (select min(endpoint_id) from ringback.deliveries)`,
  )
  const duty = sweep({ db, queue: createLossyQueue(systemClock), clock: systemClock })
  const beats: (number | undefined)[] = []
  await db.execute(sql`update ringback.deliveries set wake_at = now()`)
  for (let turn = 0; turn < 7; turn++) beats.push(await duty.run())
  // The first look feeds a share; the others find it alive.
  expect(beats).toEqual([25, 50, 100, 200, 250, 250, 250])
})

test('fresh events that fill the window do not keep out what has waited longer', async () => {
  const queue = createLossyQueue(systemClock)
  await queue.add(Array.from({ length: WINDOW }, someJob))
  await database.db.execute(sql`update ringback.deliveries set wake_at = now()`)
  await sweep({ db: database.db, queue, clock: systemClock }).run()
  expect((await queue.counts('deliver')).waiting).toBeGreaterThan(WINDOW)
})

test('what never had an alarm shares one from now on, and each is fed once', async () => {
  const { db } = database
  await db.execute(sql`update ringback.deliveries set wake_at = now(), due_at = now(), shared_alarm = null`)
  const queue = createLossyQueue(systemClock)
  const duty = sweep({ db, queue, clock: systemClock })
  await duty.run()
  const jobs = queue.take(0, Number.POSITIVE_INFINITY)
  const ids = jobs.map(({ data }) => ('deliveryIds' in data ? data.deliveryIds : []))
  expect(ids.map(({ length }) => length)).toEqual([20, 20, 20, 20, 20])
  const { rows } = await db.execute<{ first: string; ids: string[] }>(sql`
    select shared_alarm as first, array_agg(id order by id) as ids from ringback.deliveries
    where shared_alarm is not null group by shared_alarm order by shared_alarm`)
  expect(ids.map((group) => [...group].sort()).sort()).toEqual(rows.map((row) => row.ids))

  // Its grace is over, and its job still there: it is left to it, and gets no second one.
  await db.execute(sql`update ringback.deliveries set wake_at = now() where shared_alarm is not null`)
  await db.execute(
    sql`update ringback.deliveries set wake_at = now() + interval '1 hour' where shared_alarm is null`,
  )
  await duty.run()
  expect(queue.take(1, Number.POSITIVE_INFINITY)).toEqual([])
})

describe('a tenant with many endpoints, each with many waiting,', () => {
  const FOUR_FIFTHS = (4 * WINDOW) / 5

  /** The small one's is the last in the round. */
  beforeEach(async () => {
    const { db } = database
    await db.execute(sql`truncate ringback.deliveries`)
    await fill('large', 100, 100)
    await fill('small', 1, 10)
  })

  /** @returns how many alarms were set of each tenant, beside those that were there */
  async function fedBy(queue: Pick<Queue, 'add' | 'hurry' | 'counts' | 'present'>, looks = 1) {
    const duty = sweep({ db: database.db, queue, clock: systemClock })
    for (let look = 0; look < looks; look++) await duty.run()
    const { rows } = await database.db.execute<{ tenant_id: string; fed: number }>(sql`
      select tenant_id, count(*)::int as fed from ringback.deliveries where wake_at > now() group by tenant_id`)
    return Object.fromEntries(rows.map((row) => [row.tenant_id, row.fed]))
  }

  test('gets four fifths of the window, and the others are fed in the same look', async () => {
    const fed = await fedBy(createLossyQueue(systemClock))
    expect(fed).toEqual({ large: expect.closeTo(FOUR_FIFTHS, -2), small: 10 })
  })

  test('gets no more while what it has stands still', async () => {
    const fed = await fedBy(createLossyQueue(systemClock), 10)
    // The queue counts jobs; for how many deliveries they are is known about.
    expect(fed).toEqual({ large: expect.any(Number), small: 10 })
    expect(fed.large).toBeLessThan(WINDOW)
  })

  test('gets a little where others fill the window with fresh events, and so do the others that wait', async () => {
    const queue = createLossyQueue(systemClock)
    await queue.add(Array.from({ length: WINDOW }, someJob))
    expect(await fedBy(queue)).toEqual({ large: 100, small: 10 })
  })

  test('has each of its endpoints fed at its turn, though only a few of them have room in one look', async () => {
    const { db } = database
    // Full of retries: each job of them is one delivery, whatever those in front carry.
    const retry = () => ({
      kind: 'redeliver' as const,
      data: { deliveryId: newId('delivery'), attempt: 2 },
    })
    const queue = createLossyQueue(systemClock)
    await queue.add(Array.from({ length: WINDOW }, retry))
    let now = 0
    const duty = sweep({ db, queue, clock: { now: () => now } })
    for (let look = 0; look < 5; look++) {
      await duty.run()
      now += SECOND
      await db.execute(sql`delete from ringback.deliveries where wake_at > now()`)
    }
    const { rows } = await db.execute<{ left: number }>(sql`
      select count(*)::int as left from ringback.deliveries where tenant_id = 'large' group by endpoint_id`)
    expect(rows).toHaveLength(100)
    expect(new Set(rows.map(({ left }) => left))).toEqual(new Set([95]))
  })

  async function fill(tenantId: string, endpoints: number, ofEach: number) {
    const endpointIds = Array.from({ length: endpoints }, () => newId('endpoint'))
    const rows = endpointIds.flatMap((endpointId) =>
      Array.from({ length: ofEach }, () => ({
        id: newId('delivery'),
        tenantId,
        eventId: newId('event'),
        eventType: 'a',
        endpointId,
        endpointStatus: 'active' as const,
        trigger: 'automatic' as const,
        traceparent: null,
      })),
    )
    await insertDeliveries(database.db, rows, undefined, () => false)
  }
})
