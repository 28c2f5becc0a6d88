/** A worker: one of BullMQ's for each shard, with our rules for what ends a job and for how it stops. */
import { SECOND } from '../duration.ts'
import { MOST_SHARDS, shardsOf } from '../shards.ts'
import type { Log } from '../telemetry/log.ts'
import { type Backend, type Consumer, PING_TIMEOUT } from './backend.ts'
import { CATALOGUE, type JobData, type JobKind } from './catalogue.ts'
import { settlesWithin, within } from './deadline.ts'
import type { FaultLog } from './fault-log.ts'
import { createHand, type Hand } from './hand.ts'
import { createPlaces } from './places.ts'
import type { Handler, Worker, WorkerOptions } from './queue.ts'
import { workerName } from './worker-name.ts'

/** How long jobs in hand may take to end at a stop: longer than the longest delivery attempt by default (15 s). */
const GRACE_MS = 20 * SECOND

/** How long BullMQ may take to end its last jobs in the store and close; it would wait for ever for a store that is away. */
const CLOSE_TIMEOUT = 3 * SECOND

/**
 * How many times over the places are spread over the shards: one that is alone has this share of them, and no more jobs
 * than that many places wait in this process.
 */
const OVERLAP = 2

/** What a worker is made of. */
export interface WorkerParts<K extends JobKind> extends WorkerOptions {
  backend: Backend
  shards: number
  kind: K
  handler: Handler<K>
  log: Log
  onFault: FaultLog
}

/** A job as BullMQ hands it over. */
interface TakenJob {
  id?: string
  data: unknown
}

/** Makes a worker; it begins at its `start()`. */
export function createWorker<K extends JobKind>(parts: WorkerParts<K>): Worker {
  const { backend, shards, kind, handler, concurrency, log, onFault } = parts
  const inHand = new Set<Promise<void>>()
  const places = createPlaces(concurrency)
  let starting: Promise<Consumer[]> | undefined
  let stopping: Promise<void> | undefined

  async function process(job: TakenJob, hand: Hand) {
    const work = workInPlace(job, hand)
    inHand.add(work)
    try {
      await work
    } catch (error) {
      log.error({ err: error, kind, jobId: job.id }, 'a job failed')
      throw error
    } finally {
      inHand.delete(work)
    }
  }

  async function workInPlace(job: TakenJob, hand: Hand) {
    const held = hand.take()
    await places.enter()
    let waits = true
    function begun() {
      if (!waits) return
      waits = false
      held.begun()
      places.leave()
    }
    try {
      await workOne(kind, job, (data) => handler(data, begun))
    } finally {
      if (waits) places.leave()
      held.end()
    }
  }

  /** Our shards, and those that an earlier number of them left jobs in, until the next start. */
  async function begin(): Promise<Consumer[]> {
    const most = shardsOf(CATALOGUE[kind].queueName, MOST_SHARDS)
    const holding = backend.holding(most.slice(shards))
    const left = await within(PING_TIMEOUT, holding, 'The queue does not answer.').catch(() => [])
    return Promise.all([...most.slice(0, shards), ...left].map(open))
  }

  async function open(queueName: string): Promise<Consumer> {
    const share = Math.min(concurrency, Math.ceil((OVERLAP * concurrency) / shards))
    const hand = createHand(share, (most, mayLook) => {
      consumer.concurrency = most
      if (mayLook && !stopping) consumer.lookForMore()
    })
    const consumer: Consumer = await backend.openConsumer(queueName, {
      name: workerName(),
      concurrency: share,
      process: (job) => process(job, hand),
      onFault: (error) => onFault(`The ${kind} worker had an error from its queue`, error),
      onTakenOver: (jobId) => log.warn({ kind, jobId }, 'a job was taken over from a worker that died'),
    })
    consumer.run().catch((error) => onFault(`The ${kind} worker ended`, error))
    return consumer
  }

  async function end(graceMs: number) {
    const consumers = (await starting?.catch(() => undefined)) ?? []
    const closed = Promise.all(consumers.map((consumer) => consumer.close()))
    await settlesWithin(graceMs, allEnded(inHand))
    if (inHand.size > 0) log.warn({ kind, jobs: inHand.size }, 'stopped with jobs in hand')
    else if (await settlesWithin(CLOSE_TIMEOUT, closed)) return
    await settlesWithin(CLOSE_TIMEOUT, Promise.all(consumers.map((consumer) => consumer.abandon())))
  }

  return {
    async start() {
      if (stopping) return
      starting ??= begin()
      await starting
    },
    stop({ graceMs = GRACE_MS } = {}) {
      stopping ??= end(graceMs)
      return stopping
    },
  }
}

/**
 * Checks a job and hands its data to the handler. A store that lost a job's data hands it over empty: that must never
 * count as done.
 */
async function workOne<K extends JobKind>(
  kind: K,
  job: TakenJob,
  handle: (data: JobData<K>) => Promise<void>,
) {
  const spec = CATALOGUE[kind]
  const parsed = spec.data.safeParse(job.data)
  if (!parsed.success)
    throw new Error(`The data of ${kind} job ${job.id} cannot be read`, { cause: parsed.error })
  const data: JobData<K> = parsed.data
  if (spec.idOf(data) !== job.id)
    throw new Error(`The id and the data of ${kind} job ${job.id} do not belong together`)
  await handle(data)
}

/** Resolves when nothing is in hand, also what came meanwhile. */
async function allEnded(inHand: ReadonlySet<Promise<void>>) {
  while (inHand.size > 0) await Promise.allSettled(inHand)
}
