/**
 * One alarm for several first attempts: none of them is given another while it may ring for them, and none waits for it
 * when it has done with them or is lost.
 */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createAlarms } from '../../src/deliveries/alarms.ts'
import {
  cancel,
  findDelivery,
  holdIfOff,
  holdWaiting,
  insertDeliveries,
  letGo,
  loadDue,
  putBack,
  releaseHeld,
  restart,
  settleDeliveries,
} from '../../src/deliveries/store.ts'
import type { NewDelivery } from '../../src/events/candidate.ts'
import { type Id, newId } from '../../src/ids.ts'
import type { JobData } from '../../src/queue/catalogue.ts'
import { openQueue } from '../../src/queue/open.ts'
import type { Queue } from '../../src/queue/queue.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { sweep } from '../../src/upkeep/sweep.ts'
import { createRecorder } from '../queue/recorder.ts'
import { openPostgresStore, openRedisStore, type TestStore } from '../queue/stores.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { hasRedis } from '../setup/redis.ts'

const TENANT = 'acme'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
})
afterAll(() => database.drop())

/** An endpoint that there is. */
async function someEndpoint(): Promise<Id<'endpoint'>> {
  const id = newId('endpoint')
  await database.db.execute(sql`
    insert into ringback.endpoints (id, tenant_id, url, status) values (${id}, ${TENANT}, 'https://example.com', 'active')`)
  return id
}

/** Stores so many deliveries with one commit, as accepting does. */
async function accept(count: number, changes: Partial<NewDelivery> = {}): Promise<NewDelivery[][]> {
  const endpointId = await someEndpoint()
  const eventId = newId('event')
  await database.db.execute(sql`
    insert into ringback.events (id, tenant_id, type, metadata, body, delivery_count)
    values (${eventId}, ${TENANT}, 'a', '{}', '{}', ${count})`)
  const rows = Array.from(
    { length: count },
    (): NewDelivery => ({
      id: newId('delivery'),
      tenantId: TENANT,
      eventId,
      eventType: 'a',
      endpointId,
      endpointStatus: 'active',
      trigger: 'automatic',
      ...changes,
    }),
  )
  return insertDeliveries(database.db, rows)
}

const sharedOf = async (id: Id<'delivery'>) => (await loadDue(database.db, [id])).get(id)!.sharedAlarm
const idsOf = (groups: readonly (readonly NewDelivery[])[]) => groups.flat().map(({ id }) => id)

describe('what is accepted together', () => {
  test.each([
    { count: 1, sizes: [1] },
    { count: 4, sizes: [1, 1, 1, 1] },
    { count: 20, sizes: [5, 5, 5, 5] },
    { count: 90, sizes: [20, 20, 20, 20, 10] },
  ])(
    '$count deliveries have alarms for $sizes: few enough jobs, and some for each worker',
    async ({ count, sizes }) => {
      const groups = await accept(count)
      expect(groups.map(({ length }) => length)).toEqual(sizes)
      for (const group of groups)
        for (const { id } of group) expect(await sharedOf(id)).toBe(group.length > 1 ? group[0]!.id : null)
    },
  )

  test('to an endpoint that may be off shares nothing, for it may be held', async () => {
    const groups = await accept(20, { endpointStatus: 'failing' })
    expect(groups.map(({ length }) => length)).toEqual(Array.from({ length: 20 }, () => 1))
  })
})

describe.each([
  { name: 'Redis', open: openRedisStore, absent: !hasRedis },
  { name: 'Postgres', open: openPostgresStore, absent: false },
])('with the queue on $name', ({ open, absent }) => {
  if (absent) return test.skip('needs a redis-server')

  let store: TestStore
  let queue: Queue
  beforeAll(async () => {
    store = await open()
    queue = await openQueue(store.store, silentLog)
  })
  afterAll(async () => {
    await queue.close()
    await store.close()
  })
  beforeEach(async () => {
    await store.wipe()
    await database.db.execute(sql`truncate ringback.deliveries`)
  })

  const alarms = () => createAlarms({ db: database.db, queue, log: silentLog })

  async function set(groups: readonly NewDelivery[][]) {
    const setting = alarms()
    setting.setFirst(groups)
    await setting.idle()
  }

  /** As if every grace were over. @returns how many jobs wait then */
  async function sweepAll(): Promise<number> {
    await database.db.execute(sql`update ringback.deliveries set wake_at = now() where wake_at is not null`)
    await sweep({ db: database.db, queue, clock: systemClock }).run()
    return (await queue.counts('deliver')).waiting
  }

  async function work(hold?: Promise<void>) {
    const jobs = createRecorder<JobData<'deliver'>>()
    const worker = queue.work(
      'deliver',
      async (data) => {
        jobs.note(data)
        await hold
      },
      { concurrency: 10 },
    )
    onTestFinished(() => worker.stop({ graceMs: 0 }))
    await worker.start()
    return jobs
  }

  test('one job carries many, and rings once for each', async () => {
    const groups = await accept(90)
    await set(groups)
    expect((await queue.counts('deliver')).waiting).toBe(5)
    const { seen, until } = await work()
    await until(() => seen.length === 5)
    expect(seen.flatMap(({ deliveryIds }) => deliveryIds).sort()).toEqual(idsOf(groups).sort())
  })

  test('the sweeper rings for nobody whose shared alarm waits or is being worked', async () => {
    const groups = await accept(40)
    await set(groups)
    expect(await sweepAll()).toBe(4)
    const { seen, until } = await work(new Promise(() => {}))
    await until(() => seen.length === 4)
    expect(await sweepAll()).toBe(0)
    expect(await sharedOf(groups[0]![1]!.id)).toBe(groups[0]![0]!.id)
  })

  test('the sweeper rings for each by itself when the queue was wiped, and the old alarm for none if it comes late', async () => {
    const groups = await accept(40)
    await set(groups)
    await store.wipe()
    expect(await sweepAll()).toBe(40)
    for (const id of idsOf(groups)) expect(await sharedOf(id)).toBeNull()
  })

  test('what a worker put back, held or let go does not wait for the others of its alarm', async () => {
    const groups = await accept(40)
    await set(groups)
    const { seen, until } = await work(new Promise(() => {}))
    await until(() => seen.length === 4)
    const [first, busy, off, stopped] = idsOf(groups) as [
      Id<'delivery'>,
      Id<'delivery'>,
      Id<'delivery'>,
      Id<'delivery'>,
    ]
    await putBack(database.db, [{ id: busy, againInMs: 0 }])
    await letGo(database.db, [stopped])
    // Its endpoint is off only for as long as this one is looked at.
    const { endpointId } = groups[0]![0]!
    await database.db.execute(sql`update ringback.endpoints set status = 'paused' where id = ${endpointId}`)
    expect(await holdIfOff(database.db, [off], { rang: true })).toEqual(new Set([off]))
    await database.db.execute(sql`update ringback.endpoints set status = 'active' where id = ${endpointId}`)
    await releaseHeld(database.db, TENANT, endpointId)

    for (const id of [busy, off, stopped]) expect(await sharedOf(id)).toBeNull()
    expect(await sharedOf(first)).toBe(first)
    await sweepAll()
    await until(() => seen.length === 4 + 3)
    expect(
      seen
        .slice(4)
        .flatMap(({ deliveryIds }) => deliveryIds)
        .sort(),
    ).toEqual([busy, off, stopped].sort())
  })

  test('what people pause, let go on, cancel or retry meanwhile keeps the alarm that may be ringing for it', async () => {
    const groups = await accept(40)
    await set(groups)
    const { db } = database
    const { endpointId, id: first } = groups[0]![0]!
    const second = groups[0]![1]!.id
    await holdWaiting(db, TENANT, endpointId, 'paused')
    await releaseHeld(db, TENANT, endpointId)
    await cancel(db, TENANT, second)
    const { sharedAlarm, attemptCount } = (await restart(db, TENANT, second, 'manual'))!
    expect(sharedAlarm).toBe(first)
    const ringing = alarms()
    ringing.ring({ id: second, endpointId, attempt: attemptCount + 1, trigger: 'manual', sharedAlarm })
    await ringing.idle()
    expect(await sweepAll()).toBe(4)
  })

  test('a retry by hand of one whose shared alarm is lost rings at once', async () => {
    const groups = await accept(8)
    const [first, second] = groups[0]!
    const { sharedAlarm } = (await restart(database.db, TENANT, second!.id, 'manual'))!
    expect(sharedAlarm).toBe(first!.id)
    const ringing = alarms()
    ringing.ring({
      id: second!.id,
      endpointId: second!.endpointId,
      attempt: 1,
      trigger: 'manual',
      sharedAlarm,
    })
    await ringing.idle()
    const { seen, until } = await work()
    await until(() => seen.length === 1)
    expect(seen).toEqual([{ deliveryIds: [second!.id] }])
    expect(await sharedOf(second!.id)).toBeNull()
  })

  test('an attempt ends what its delivery shares, so its retry is an alarm of its own', async () => {
    const { db } = database
    const groups = await accept(8)
    await set(groups)
    const [{ id }] = groups[0]! as [NewDelivery]
    await settleDeliveries(db, [
      { id, number: 1, status: 'retrying', answer: '5xx', dueInMs: 5_000, reason: null },
    ])
    expect(await findDelivery(db, TENANT, id)).toMatchObject({ status: 'retrying', sharedAlarm: null })
    await sweepAll()
    expect((await queue.counts('redeliver')).delayed).toBe(1)
  })
})
