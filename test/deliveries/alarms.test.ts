/** Alarms that somebody waits for ring now, however many come at once. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createAlarms } from '../../src/deliveries/alarms.ts'
import { newId } from '../../src/ids.ts'
import { openQueue } from '../../src/queue/open.ts'
import { createRecorder, createTestLog } from '../queue/recorder.ts'
import { openPostgresStore, openRedisStore, type TestStore } from '../queue/stores.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { hasRedis } from '../setup/redis.ts'

/** As many as an impatient person sends by a script, each as a request of its own. */
const RETRIES = 500

describe.each([
  { name: 'Redis', open: openRedisStore, absent: !hasRedis },
  { name: 'Postgres', open: openPostgresStore, absent: false },
])('with the queue on $name', ({ open, absent }) => {
  if (absent) return test.skip('needs a redis-server')

  let store: TestStore
  let database: TestDatabase
  beforeAll(async () => {
    store = await open()
    database = await createTestDatabase()
  })
  afterAll(async () => {
    await store.close()
    await database.drop()
  })

  test('hundreds of retries by hand at once all ring now, also those that were delayed', {
    timeout: 60_000,
  }, async () => {
    const { log, lines } = createTestLog()
    const queue = await openQueue(store.store, log)
    onTestFinished(() => queue.close())
    const alarms = createAlarms({ db: database.db, queue, log })
    const ids = Array.from({ length: RETRIES }, () => newId('delivery'))
    const endpointId = newId('endpoint')
    // Half of them are delayed: a retry of the schedule was to come within the minute.
    alarms.set(
      ids
        .slice(RETRIES / 2)
        .map((id) => ({ id, endpointId, attempt: 2, delayMs: 60_000, trigger: 'automatic' })),
    )
    await alarms.idle()

    for (const id of ids) alarms.ring({ id, endpointId, attempt: 2, trigger: 'manual' })
    await alarms.idle()
    const rung = createRecorder<string>()
    const worker = queue.work('redeliver', async ({ deliveryId }) => rung.note(deliveryId), {
      concurrency: 50,
    })
    onTestFinished(() => worker.stop())
    await worker.start()
    await rung.until((seen) => seen.length >= RETRIES)
    expect(new Set(rung.seen)).toEqual(new Set(ids))
    expect(lines.seen.filter(({ level }) => level >= 40)).toEqual([])
  })
})
