/** What the queue does when its Redis is away, comes back, or is not safe. */
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { StartRefused } from '../../src/errors.ts'
import type { JobData } from '../../src/queue/catalogue.ts'
import { openQueue } from '../../src/queue/open.ts'
import type { Handler, Queue, Worker } from '../../src/queue/queue.ts'
import { hasRedis, startRedis, type TestRedis } from '../setup/redis.ts'
import { createRecorder, createTestLog, someJob } from './recorder.ts'

/** Longer than what the queue promises, much shorter than for ever. */
const BOUND = 10_000

describe.skipIf(!hasRedis)('the queue on Redis', () => {
  const opened: { close(): Promise<unknown> }[] = []
  afterEach(async () => {
    for (const part of opened.splice(0).reverse()) await part.close()
  })

  async function redisAt(options: Parameters<typeof startRedis>[0] = {}): Promise<TestRedis> {
    const redis = await startRedis(options)
    opened.push({ close: () => redis.kill() })
    return redis
  }
  async function queueOn({ url }: TestRedis, log = createTestLog().log): Promise<Queue> {
    const queue = await openQueue({ redisUrl: url }, log)
    opened.push(queue)
    return queue
  }
  async function startWorker(queue: Queue, handler: Handler<'deliver'>): Promise<Worker> {
    const worker = queue.work('deliver', handler, { concurrency: 5 })
    opened.push({ close: () => worker.stop({ graceMs: 0 }) })
    await worker.start()
    return worker
  }
  /** Redis, gone; its port is remembered. */
  async function goneRedis(): Promise<TestRedis> {
    const redis = await startRedis()
    await redis.kill()
    return redis
  }

  it('opens while Redis is away, says so, and works once it is there', async () => {
    const gone = await goneRedis()
    const queue = await queueOn(gone)
    const jobs = createRecorder<JobData<'deliver'>>()
    await startWorker(queue, async (data) => jobs.note(data))
    await expect(queue.ping()).rejects.toThrow('Redis is away')
    await expect(queue.add([someJob()])).rejects.toMatchObject({ code: 'unavailable' })

    await redisAt({ port: gone.port })
    const job = someJob()
    await vi.waitFor(() => queue.add([job]), BOUND)
    await jobs.until((seen) => seen.length > 0)
    await queue.ping()
    expect(jobs.seen).toEqual([job.data])
  })

  it('refuses an addition at once while Redis is away, and logs it without end', {
    timeout: BOUND,
  }, async () => {
    const redis = await redisAt()
    const { log, lines } = createTestLog()
    const queue = await queueOn(redis, log)
    await queue.add([someJob()])
    await redis.kill()
    for (let i = 0; i < 200; i++)
      await expect(queue.add([someJob()])).rejects.toMatchObject({ code: 'unavailable' })
    await expect(queue.counts('deliver')).rejects.toThrow('Redis is away')
    expect(lines.seen.filter(({ level }) => level === 50).length).toBeLessThan(5)
  })

  it('does not keep an addition that was refused, to make it later', async () => {
    const gone = await goneRedis()
    const queue = await queueOn(gone)
    await expect(queue.add([someJob()])).rejects.toThrow()
    await redisAt({ port: gone.port })
    await vi.waitFor(() => queue.ping(), BOUND)
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 0, active: 0, delayed: 0 })
  })

  it('goes on after Redis crashed with a job in hand and came back empty', async () => {
    const first = await redisAt()
    const queue = await queueOn(first)
    const [before, after] = [someJob(), someJob()]
    const jobs = createRecorder<JobData<'deliver'>>()
    await startWorker(queue, async (data) => {
      jobs.note(data)
      if (data === jobs.seen[0]) await jobs.until((seen) => seen.length === 2)
    })
    await queue.add([before])
    await jobs.until((seen) => seen.length === 1)
    await first.kill()
    await redisAt({ port: first.port })
    await vi.waitFor(() => queue.add([after]), BOUND)
    await jobs.until((seen) => seen.length === 2)
    expect(jobs.seen).toEqual([before.data, after.data])
    await vi.waitFor(
      async () => expect(await queue.counts('deliver')).toMatchObject({ waiting: 0, active: 0, delayed: 0 }),
      BOUND,
    )
  })

  it('stops and closes while Redis is away', { timeout: BOUND }, async () => {
    const redis = await redisAt()
    const queue = await queueOn(redis)
    const worker = await startWorker(queue, async () => {})
    await redis.kill()
    await worker.stop()
    await queue.close()
  })

  it('stops and closes when Redis was never there', { timeout: BOUND }, async () => {
    const queue = await queueOn(await goneRedis())
    const worker = await startWorker(queue, async () => {})
    await worker.stop()
    await queue.close()
  })

  it('does not start on a Redis that evicts, and names the cure', async () => {
    const redis = await redisAt({ args: ['--maxmemory-policy', 'allkeys-lru'] })
    const opening = queueOn(redis)
    await expect(opening).rejects.toBeInstanceOf(StartRefused)
    await expect(opening).rejects.toThrow('CONFIG SET maxmemory-policy noeviction')
  })

  it('does not start on a Redis that wants another password', async () => {
    const redis = await redisAt({ args: ['--requirepass', 'a password'] })
    await expect(queueOn(redis)).rejects.toThrow('set the user and password in REDIS_URL')
  })

  it('is unhealthy from when its Redis is set to evict until it is set back', async () => {
    const redis = await redisAt()
    const queue = await queueOn(redis)
    const admin = new Redis(redis.url)
    opened.push({ close: async () => admin.disconnect() })
    await queue.ping()
    await admin.config('SET', 'maxmemory-policy', 'volatile-ttl')
    await expect(queue.ping()).rejects.toThrow('maxmemory-policy is volatile-ttl')
    await admin.config('SET', 'maxmemory-policy', 'noeviction')
    await queue.ping()
  })

  it('tells of a Redis that came late and evicts', async () => {
    const gone = await goneRedis()
    const { log, lines } = createTestLog()
    const queue = await queueOn(gone, log)
    await redisAt({ port: gone.port, args: ['--maxmemory-policy', 'allkeys-lru'] })
    await lines.until((seen) => seen.some(({ msg }) => msg === 'Redis is not safe for the queue'))
    await expect(queue.ping()).rejects.toThrow('maxmemory-policy is allkeys-lru')
  })
})
