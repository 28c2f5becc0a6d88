/** A worker: BullMQ's, with our rules for what ends a job and for how it stops. */
import { SECOND } from '../duration.ts'
import type { Log } from '../telemetry/log.ts'
import type { Backend, Consumer } from './backend.ts'
import { CATALOGUE, type JobData, type JobKind } from './catalogue.ts'
import { settlesWithin } from './deadline.ts'
import type { FaultLog } from './fault-log.ts'
import type { Handler, Worker, WorkerOptions } from './queue.ts'

/** How long jobs in hand may take to end at a stop: longer than the longest delivery attempt by default (15 s). */
const GRACE_MS = 20 * SECOND

/** How long BullMQ may take to end its last jobs in the store and close; it would wait for ever for a store that is away. */
const CLOSE_TIMEOUT = 3 * SECOND

/** What a worker is made of. */
export interface WorkerParts<K extends JobKind> extends WorkerOptions {
  backend: Backend
  kind: K
  handler: Handler<K>
  log: Log
  onFault: FaultLog
}

/** Makes a worker; it begins at its `start()`. */
export function createWorker<K extends JobKind>(parts: WorkerParts<K>): Worker {
  const { backend, kind, handler, concurrency, log, onFault } = parts
  const inHand = new Set<Promise<void>>()
  let starting: Promise<Consumer> | undefined
  let stopping: Promise<void> | undefined

  async function process(job: { id?: string; data: unknown }) {
    const work = workOne(kind, job, handler)
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

  async function begin(): Promise<Consumer> {
    const consumer = await backend.openConsumer(CATALOGUE[kind].queueName, {
      concurrency,
      process,
      onFault: (error) => onFault(`The ${kind} worker had an error from its queue`, error),
      onTakenOver: (jobId) => log.warn({ kind, jobId }, 'a job was taken over from a worker that died'),
    })
    consumer.run().catch((error) => onFault(`The ${kind} worker ended`, error))
    return consumer
  }

  async function end(graceMs: number) {
    const consumer = await starting?.catch(() => undefined)
    if (!consumer) return
    const closed = consumer.close()
    await settlesWithin(graceMs, allEnded(inHand))
    if (inHand.size > 0) log.warn({ kind, jobs: inHand.size }, 'stopped with jobs in hand')
    else if (await settlesWithin(CLOSE_TIMEOUT, closed)) return
    await settlesWithin(CLOSE_TIMEOUT, consumer.abandon())
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
async function workOne<K extends JobKind>(kind: K, job: { id?: string; data: unknown }, handler: Handler<K>) {
  const spec = CATALOGUE[kind]
  const parsed = spec.data.safeParse(job.data)
  if (!parsed.success)
    throw new Error(`The data of ${kind} job ${job.id} cannot be read`, { cause: parsed.error })
  const data: JobData<K> = parsed.data
  if (spec.idOf(data) !== job.id)
    throw new Error(`The id and the data of ${kind} job ${job.id} do not belong together`)
  await handler(data)
}

/** Resolves when nothing is in hand, also what came meanwhile. */
async function allEnded(inHand: ReadonlySet<Promise<void>>) {
  while (inHand.size > 0) await Promise.allSettled(inHand)
}
