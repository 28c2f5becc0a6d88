/** Shards: a queue that lies in several places, of which nobody who uses it sees more than one. */
import { Redis } from 'ioredis'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { newId } from '../../src/ids.ts'
import type { JobData } from '../../src/queue/catalogue.ts'
import { openQueue } from '../../src/queue/open.ts'
import type { Handler, Queue } from '../../src/queue/queue.ts'
import { shardFor } from '../../src/shards.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { hasRedis, startRedis, type TestRedis } from '../setup/redis.ts'
import { startCluster } from '../setup/redis-sets.ts'
import { createRecorder, type DeliverJob, idOf, someJob } from './recorder.ts'

test('an endpoint is in the same shard for ever, and endpoints are spread evenly', () => {
  // Written down, so that a change of the hash is seen: it would have every alarm ring in two places for a while.
  expect(shardFor('ep_01jd8y5m5kfqz8t0v2s7r3x9ab', 8)).toBe(7)
  const counts = Array.from({ length: 8 }, () => 0)
  for (let i = 0; i < 8_000; i++) counts[shardFor(newId('endpoint'), 8)]!++
  // Three standard deviations and more: one run in some thousands would see less by chance.
  for (const count of counts) expect(count).toBeGreaterThan(850)
})

describe.skipIf(!hasRedis)('a queue in shards', () => {
  let redis: TestRedis
  beforeEach(async ({ onTestFinished }) => {
    redis = await startRedis()
    onTestFinished(() => redis.stop())
  })

  async function open(shards: number, redisUrl = redis.url): Promise<Queue> {
    const queue = await openQueue({ redisUrl, shards }, silentLog)
    onTestFinished(() => queue.close())
    return queue
  }

  async function work(queue: Queue, handler: Handler<'deliver'>, concurrency = 10) {
    const worker = queue.work('deliver', handler, { concurrency })
    onTestFinished(() => worker.stop({ graceMs: 0 }))
    await worker.start()
    return worker
  }

  async function record(queue: Queue) {
    const jobs = createRecorder<JobData<'deliver'>>()
    await work(queue, async (data) => jobs.note(data))
    return jobs
  }

  /** Every job of another endpoint. */
  const manyJobs = (count: number): DeliverJob[] =>
    Array.from({ length: count }, () => ({ ...someJob(), shardKey: newId('endpoint') }))

  const idsOf = (jobs: readonly (DeliverJob['data'] | DeliverJob)[]) =>
    jobs.flatMap((job) => ('data' in job ? job.data : job).deliveryIds).sort()

  /** The queues that hold jobs that wait, and how many each. */
  async function lengths(...urls: string[]): Promise<Record<string, number>> {
    const found: Record<string, number> = {}
    for (const url of urls) {
      const client = new Redis(url)
      for (const key of await client.keys('*:wait')) found[key] = await client.llen(key)
      client.disconnect()
    }
    return found
  }

  test('with one shard has the names that it always had', async () => {
    await (await open(1)).add(manyJobs(3))
    expect(await lengths(redis.url)).toEqual({ 'ringback:deliver:wait': 3 })
  })

  test('keeps the jobs of an endpoint together and spreads the endpoints, and counts all as one', async () => {
    const queue = await open(4)
    const shardKey = newId('endpoint')
    await queue.add(Array.from({ length: 20 }, () => ({ ...someJob(), shardKey })))
    expect(Object.values(await lengths(redis.url))).toEqual([20])
    await queue.add(manyJobs(200))
    expect(Object.keys(await lengths(redis.url)).sort()).toEqual(
      ['-1', '-2', '-3', ''].map((n) => `ringback:deliver${n}:wait`),
    )
    expect(await queue.counts('deliver')).toEqual({ waiting: 220, active: 0, delayed: 0 })
  })

  test('is worked whole by every worker, each job once, no more at once than its places', async () => {
    const queue = await open(8)
    const jobs = manyJobs(300)
    await queue.add(jobs)
    await queue.add(jobs)
    const done = createRecorder<JobData<'deliver'>>()
    let atOnce = 0
    let most = 0
    await work(
      queue,
      async (data) => {
        most = Math.max(most, ++atOnce)
        await new Promise(setImmediate)
        atOnce--
        done.note(data)
      },
      5,
    )
    await done.until((seen) => seen.length >= jobs.length)
    expect(idsOf(done.seen)).toEqual(idsOf(jobs))
    expect(most).toBeLessThanOrEqual(5)
  })

  test('hurries a job in the shard that it lies in', async () => {
    const queue = await open(8)
    const jobs = manyJobs(50)
    await queue.add(jobs.map((job) => ({ ...job, delayMs: 600_000 })))
    await queue.hurry(jobs)
    const done = await record(queue)
    await done.until((seen) => seen.length >= jobs.length)
    expect(idsOf(done.seen)).toEqual(idsOf(jobs))
  })

  test('finds the jobs that it holds in whatever shard they lie', async () => {
    const queue = await open(8)
    const jobs = manyJobs(50)
    await queue.add(jobs)
    const places = [...jobs, ...manyJobs(50)].map((job) => ({ id: idOf(job), shardKey: job.shardKey! }))
    expect(await queue.present('deliver', places)).toEqual(new Set(jobs.map(idOf)))
  })

  test.each([
    { before: 8, after: 3 },
    { before: 8, after: 1 },
    { before: 1, after: 8 },
  ])(
    'changed from $before to $after has what it held worked by those that start then',
    async ({ before, after }) => {
      const jobs = manyJobs(100)
      await (await open(before)).add(jobs.map((job, i) => (i % 2 ? job : { ...job, delayMs: 300 })))
      const done = await record(await open(after))
      await done.until((seen) => seen.length >= jobs.length)
      expect(idsOf(done.seen)).toEqual(idsOf(jobs))
      await vi.waitFor(async () => expect(await lengths(redis.url)).toEqual({}))
    },
  )

  test('lies on every master of a Cluster', { timeout: 60_000 }, async () => {
    const cluster = await startCluster()
    onTestFinished(() => cluster.stop())
    const queue = await open(8, cluster.url)
    const jobs = manyJobs(200)
    await queue.add(jobs)
    for (const url of cluster.masterUrls)
      expect(Object.keys(await lengths(url)).length).toBeGreaterThanOrEqual(2)
    const places = jobs.map((job) => ({ id: idOf(job), shardKey: job.shardKey! }))
    expect(await queue.present('deliver', places)).toEqual(new Set(jobs.map(idOf)))
    const done = await record(queue)
    await done.until((seen) => seen.length >= jobs.length)
    expect(idsOf(done.seen)).toEqual(idsOf(jobs))
  })
})
