/** What the queue promises, on every store that it runs on. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../src/ids.ts'
import type { Job, JobData } from '../../src/queue/catalogue.ts'
import { openQueue } from '../../src/queue/open.ts'
import type { Handler, Queue, Worker } from '../../src/queue/queue.ts'
import { workerName } from '../../src/queue/worker-name.ts'
import { hasRedis } from '../setup/redis.ts'
import {
  createRecorder,
  createTestLog,
  type DeliverJob,
  idOf,
  type JobRecorder,
  someJob,
} from './recorder.ts'
import { openPostgresStore, openRedisStore, type TestStore } from './stores.ts'

/** Long enough for a job in hand to be taken over, when the break hit just the moment at which it ended. */
const TAKEN_OVER = 60_000

describe.each([
  { name: 'Redis', open: openRedisStore, skip: !hasRedis },
  { name: 'Postgres', open: openPostgresStore, skip: false },
])('the queue on $name', ({ open, skip }) => {
  if (skip) return it.skip('needs a redis-server')

  let store: TestStore
  let queue: Queue
  let workers: Worker[]
  const { log, lines } = createTestLog()

  beforeAll(async () => {
    store = await open()
    queue = await openQueue(store.store, log)
  })
  afterAll(async () => {
    await queue.close()
    await store.close()
  })
  beforeEach(async () => {
    workers = []
    await store.wipe()
  })
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop({ graceMs: 0 })))
  })

  async function startWorker(handler: Handler<'deliver'>, concurrency = 10): Promise<Worker> {
    const worker = queue.work('deliver', handler, { concurrency })
    workers.push(worker)
    await worker.start()
    return worker
  }

  /** A worker that notes its jobs and, with `hold`, keeps them in hand until it is resolved. */
  async function startRecorder(
    hold?: Promise<void>,
    concurrency?: number,
  ): Promise<JobRecorder & { worker: Worker }> {
    const jobs = createRecorder<JobData<'deliver'>>()
    const worker = await startWorker(async (data) => {
      jobs.note(data)
      await hold
    }, concurrency)
    return { ...jobs, worker }
  }

  const dataOf = (jobs: readonly Job[]) => jobs.map(({ data }) => data)
  const untilEmpty = () =>
    vi.waitFor(
      async () => expect(await queue.counts('deliver')).toMatchObject({ waiting: 0, active: 0, delayed: 0 }),
      TAKEN_OVER,
    )
  /** Adds as our callers do: what is refused while connections are anew made is added again. */
  const addUntilTaken = (jobs: readonly Job[]) => vi.waitFor(() => queue.add(jobs), 20_000)

  it('works each job once', async () => {
    const jobs = [someJob(), someJob(), someJob()]
    const { seen, until } = await startRecorder()
    await queue.add(jobs)
    await until(() => seen.length >= 3)
    await untilEmpty()
    expect(new Set(seen)).toEqual(new Set(dataOf(jobs)))
    expect(seen).toHaveLength(3)
  })

  it('works a thousand jobs added at once, each once', async () => {
    const jobs = Array.from({ length: 1_000 }, () => someJob())
    await queue.add(jobs)
    expect((await queue.counts('deliver')).waiting).toBe(1_000)
    const { seen } = await startRecorder(undefined, 50)
    await untilEmpty()
    expect(seen).toHaveLength(1_000)
    expect(new Set(seen.flatMap(({ deliveryIds }) => deliveryIds)).size).toBe(1_000)
  })

  it('does nothing when a job that waits is added again', async () => {
    const job = someJob()
    await queue.add([job, job])
    await queue.add([job])
    await queue.add([{ ...job, delayMs: 60_000 }])
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 1, active: 0, delayed: 0 })
  })

  it('does nothing when a delayed job is added again', async () => {
    const job = someJob(60_000)
    await queue.add([job])
    await queue.add([job])
    await queue.add([{ kind: 'deliver', data: job.data }])
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 0, active: 0, delayed: 1 })
  })

  it('works a delayed job now that is hurried, once, and adds one that is not there', async () => {
    const [delayed, other, fresh] = [someJob(3_600_000), someJob(3_600_000), someJob()]
    const { seen, until } = await startRecorder()
    await queue.add([delayed, other])
    await queue.hurry([delayed, fresh])
    await until(() => seen.length >= 2)
    await vi.waitFor(async () => expect((await queue.counts('deliver')).active).toBe(0))
    expect(seen).toHaveLength(2)
    expect(new Set(seen)).toEqual(new Set(dataOf([delayed, fresh])))
    expect((await queue.counts('deliver')).delayed).toBe(1)
  })

  it('works a thousand delayed jobs now that are hurried at once, each once', async () => {
    const jobs = Array.from({ length: 1_000 }, () => someJob(3_600_000))
    await queue.add(jobs)
    await queue.hurry(jobs)
    const { seen } = await startRecorder(undefined, 50)
    await untilEmpty()
    expect(seen).toHaveLength(1_000)
  })

  it('leaves a job alone that is hurried while it is being worked', async () => {
    const job = someJob()
    const { promise, resolve } = promiseAndResolve()
    const { seen, until } = await startRecorder(promise)
    await queue.add([job])
    await until(() => seen.length === 1)
    await queue.hurry([job])
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 0, active: 1, delayed: 0 })
    resolve()
    await untilEmpty()
    expect(seen).toHaveLength(1)
  })

  it('does nothing when a job that is being worked is added again', async () => {
    const job = someJob()
    const { promise, resolve } = promiseAndResolve()
    const { seen, until } = await startRecorder(promise)
    await queue.add([job])
    await until(() => seen.length === 1)
    await queue.add([job])
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 0, active: 1, delayed: 0 })
    resolve()
    await untilEmpty()
    expect(seen).toHaveLength(1)
  })

  it('works a job again that is added again after it ended', async () => {
    const job = someJob()
    const { seen } = await startRecorder()
    await queue.add([job])
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    await untilEmpty()
    await queue.add([job])
    await vi.waitFor(() => expect(seen).toHaveLength(2))
  })

  it('works delayed jobs in the order of their times, none before its time', async () => {
    const worked: { data: JobData<'deliver'>; at: number }[] = []
    await startWorker(async (data) => {
      worked.push({ data, at: Date.now() })
    })
    const [later, sooner, muchLater] = [someJob(900), someJob(300), someJob(3_600_000)]
    const addedAt = Date.now()
    await queue.add([later, sooner, muchLater])
    await vi.waitFor(() => expect(worked).toHaveLength(2), 10_000)
    expect(worked.map(({ data }) => data)).toEqual(dataOf([sooner, later]))
    expect(worked[0]!.at).toBeGreaterThanOrEqual(addedAt + 300)
    expect(worked[1]!.at).toBeGreaterThanOrEqual(addedAt + 900)
    expect((await queue.counts('deliver')).delayed).toBe(1)
  })

  it('ends a job whose handler throws, logs the error once, and goes on', async () => {
    const [bad, good] = [someJob(), someJob()]
    const worked = createRecorder<string>()
    await startWorker(async ({ deliveryIds: [id] }) => {
      worked.note(id)
      if (id === bad.data.deliveryIds[0]) throw new Error('the handler broke')
    })
    await queue.add([bad, good])
    await worked.until((seen) => seen.length === 2)
    await untilEmpty()
    const told = lines.seen.filter((line) => line.err?.message === 'the handler broke')
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ level: 50, jobId: idOf(bad) })
    expect(worked.seen).toHaveLength(2)
  })

  it('never counts a job as done whose data is lost', async () => {
    const job = someJob()
    await queue.add([job])
    await store.loseData(idOf(job))
    const { seen } = await startRecorder()
    await lines.until((seen) => seen.some((line) => line.level === 50 && line.jobId === idOf(job)))
    await untilEmpty()
    expect(seen).toEqual([])
  })

  it('refuses a job whose id and data do not belong together', async () => {
    const id = `${newId('delivery')}-1`
    await store.smuggle(id, someJob().data)
    const { seen } = await startRecorder()
    await lines.until((seen) => seen.some((line) => line.level === 50 && line.jobId === id))
    await untilEmpty()
    expect(seen).toEqual([])
  })

  it('refuses to add a job without a delivery id', async () => {
    const wrong = { kind: 'deliver', data: { deliveryIds: ['dlv_1:2'] } } satisfies DeliverJob
    await expect(queue.add([wrong])).rejects.toThrow('must be a delivery id')
  })

  it('finishes the jobs in hand at a stop, and takes no more', async () => {
    const { promise, resolve } = promiseAndResolve()
    const { seen, until, worker } = await startRecorder(promise, 2)
    await queue.add([someJob(), someJob(), someJob(), someJob(), someJob()])
    await until(() => seen.length === 2)
    const stopped = worker.stop()
    resolve()
    await stopped
    expect(seen).toHaveLength(2)
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 3, active: 0, delayed: 0 })
  })

  it('counts of what is in hand that alone of which something waits: what goes on for long keeps no other out', async () => {
    const jobs = Array.from({ length: 12 }, () => someJob())
    const { seen, note, until } = createRecorder<JobData<'deliver'>>()
    await startWorker(async (data, begun) => {
      note(data)
      begun()
      await new Promise(() => {})
    }, 2)
    await queue.add(jobs)
    await until(() => seen.length === jobs.length)
    expect((await queue.counts('deliver')).active).toBe(jobs.length)
  })

  it('takes another job as soon as one in hand has begun, though none ends', async () => {
    const { promise, resolve } = promiseAndResolve()
    const { seen, note, until } = createRecorder<JobData<'deliver'>>()
    await startWorker(async (data, begun) => {
      note(data)
      await promise
      begun()
      await new Promise(() => {})
    }, 2)
    await queue.add([someJob(), someJob(), someJob(), someJob()])
    await until(() => seen.length === 2)
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 2, active: 2 })
    resolve()
    await until(() => seen.length === 4)
  })

  it('says which jobs it holds: that wait, are delayed or being worked, and none that ended', async () => {
    const [held, ended, delayed, waiting, unknown] = [
      someJob(),
      someJob(),
      someJob(60_000),
      someJob(),
      someJob(),
    ]
    const worked = createRecorder<string>()
    const worker = await startWorker(async ({ deliveryIds: [id] }) => {
      worked.note(id)
      if (id === held.data.deliveryIds[0]) await new Promise(() => {})
    })
    await queue.add([held, ended, delayed])
    await worked.until((seen) => seen.length === 2)
    await vi.waitFor(async () => expect((await queue.counts('deliver')).active).toBe(1))
    await worker.stop({ graceMs: 0 })
    await queue.add([waiting])
    const places = [held, ended, delayed, waiting, unknown].map((job) => ({ id: idOf(job) }))
    expect(await queue.present('deliver', places)).toEqual(new Set([held, delayed, waiting].map(idOf)))
    expect(await queue.present('deliver', [])).toEqual(new Set())
  })

  it('does not wait longer than told for the jobs in hand', async () => {
    const { seen, until, worker } = await startRecorder(new Promise(() => {}))
    await queue.add([someJob()])
    await until(() => seen.length === 1)
    await worker.stop({ graceMs: 50 })
    expect((await queue.counts('deliver')).active).toBe(1)
  })

  it('can be stopped twice, or before its start', async () => {
    const { worker } = await startRecorder()
    await Promise.all([worker.stop(), worker.stop()])
    await queue.work('deliver', async () => {}, { concurrency: 1 }).stop()
  })

  it('goes on after all connections broke while it was idle', async () => {
    const { seen, until } = await startRecorder()
    const [before, after] = [someJob(), someJob()]
    await queue.add([before])
    await until(() => seen.length === 1)
    await untilEmpty()
    for (let times = 0; times < 3; times++) await store.breakConnections()
    await addUntilTaken([after])
    await until(() => seen.length === 2)
    expect(seen).toEqual(dataOf([before, after]))
  })

  it('goes on after all connections broke with jobs in hand and waiting', {
    timeout: TAKEN_OVER,
  }, async () => {
    const { promise, resolve } = promiseAndResolve()
    const { seen, until } = await startRecorder(promise, 2)
    await queue.add([someJob(), someJob(), someJob(), someJob()])
    await until(() => seen.length === 2)
    await store.breakConnections()
    resolve()
    await addUntilTaken([someJob()])
    await untilEmpty()
    expect(new Set(seen.flatMap(({ deliveryIds }) => deliveryIds)).size).toBe(5)
  })

  it('works what is added after the store forgot everything', async () => {
    const { promise, resolve } = promiseAndResolve()
    const { seen, until } = await startRecorder(promise)
    await queue.add([someJob(), someJob(3_600_000)])
    await until(() => seen.length === 1)
    await store.wipe()
    const after = someJob()
    await queue.add([after])
    await until(() => seen.length === 2)
    resolve()
    await untilEmpty()
    expect(seen[1]).toEqual(after.data)
    await queue.add([someJob(200)])
    await until(() => seen.length === 3)
  })

  it('names the workers that are connected, and no longer one that stopped', async () => {
    const { worker } = await startRecorder()
    await vi.waitFor(async () => expect(await queue.workers('deliver')).toEqual([workerName()]), 10_000)
    expect(await queue.workers('redeliver')).toEqual([])
    await worker.stop()
    await vi.waitFor(async () => expect(await queue.workers('deliver')).toEqual([]), 10_000)
  })

  it('is healthy while the store is there', async () => {
    await expect(queue.ping()).resolves.toBeUndefined()
  })
})

function promiseAndResolve() {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
