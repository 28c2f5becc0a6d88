import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { SHARE, WINDOW } from '../../src/deliveries/shares.ts'
import { firstIdAt, type IdKind } from '../../src/ids.ts'
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
  const duty = sweep({ db: database.db, queue })
  const waiting = () => {
    const jobs = queue.take(0, Number.POSITIVE_INFINITY)
    queue.drop(0, 'taken over')
    return jobs.flatMap(({ data }) => ('deliveryIds' in data ? data.deliveryIds : data.deliveryId)).length
  }
  for (let turn = 0; turn < 10; turn++) {
    await duty.run()
    // As if the grace were over in which an alarm may ring: all is due again.
    await database.db.execute(sql`update ringback.deliveries set wake_at = now()`)
  }
  expect(waiting()).toBeGreaterThanOrEqual(WINDOW)
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
  const duty = sweep({ db, queue: createLossyQueue(systemClock) })
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
  await sweep({ db: database.db, queue }).run()
  expect((await queue.counts('deliver')).waiting).toBeGreaterThan(WINDOW)
})

test('what never had an alarm shares one from now on, and each is fed once', async () => {
  const { db } = database
  await db.execute(sql`update ringback.deliveries set wake_at = now(), due_at = now(), shared_alarm = null`)
  const queue = createLossyQueue(systemClock)
  const duty = sweep({ db, queue })
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
