/** Opens the queue; the one place that knows which store it runs on. */
import type { Queue as BullQueue } from 'bullmq'
import { type Clock, systemClock } from '../clock.ts'
import { RingbackError, unavailable } from '../errors.ts'
import type { PostgresAddress } from '../postgres-address.ts'
import { shardFor, shardsOf } from '../shards.ts'
import type { Log } from '../telemetry/log.ts'
import type { QueueTracing } from '../telemetry/tracing.ts'
import type { Traceparent } from '../trace-context.ts'
import { ADD_TIMEOUT, type Backend, PING_TIMEOUT, type Producer } from './backend.ts'
import { CATALOGUE, checkJob, type Job, type JobKind } from './catalogue.ts'
import { within } from './deadline.ts'
import { createFaultLog } from './fault-log.ts'
import { openPostgresBackend } from './postgres-backend.ts'
import type { JobPlace, Queue } from './queue.ts'
import { openRedisBackend } from './redis-backend.ts'
import { createWorker } from './worker.ts'

/**
 * The store: a Redis, with each kind of job in so many shards (one unless told), or the Postgres that keeps the truth, where
 * the queue has a schema of its own.
 */
export type QueueStore =
  | { redisUrl: string; shards?: number }
  | { postgresUrl: PostgresAddress; schema: string }

/**
 * Opens the queue. A Redis that is away does not hinder it: `add` and `ping` reject until it is there.
 * @param tracing BullMQ's own spans, if they are wanted
 * @throws StartRefused when Redis is there, but would evict jobs or refuses our password
 */
export async function openQueue(
  store: QueueStore,
  log: Log,
  clock: Clock = systemClock,
  tracing?: QueueTracing,
): Promise<Queue> {
  let closing: Promise<void> | undefined
  const report = createFaultLog(log, clock)
  // Once closed, a store that stops at the same time may be quicker than our goodbye.
  const onFault: typeof report = (...fault) => {
    if (!closing) report(...fault)
  }
  const backend =
    'redisUrl' in store
      ? await openRedisBackend(store.redisUrl, log, onFault, tracing)
      : await openPostgresBackend({ url: store.postgresUrl, schema: store.schema }, onFault, tracing)
  const shards = 'redisUrl' in store ? (store.shards ?? 1) : 1
  const producers = openProducers(backend, shards)

  async function add(jobs: readonly Job[]) {
    const groups = groupByQueue(jobs, shards, tracing !== undefined)
    backend.assertReachable()
    const additions = groups.map(({ kind, shard, entries }) => producers[kind][shard]!.addBulk(entries))
    await within(ADD_TIMEOUT, Promise.all(additions), 'The queue does not answer.')
  }

  return {
    add,
    async hurry(jobs) {
      const now = jobs.map((job) => ({ ...job, delayMs: 0 }))
      await add(now)
      // One that is not delayed, or is gone, is being worked already: there is nothing to hurry.
      const promotions = groupByQueue(now, shards, false).map(({ kind, shard, entries }) =>
        producers[kind][shard]!.promoteAll(entries.map(({ opts }) => opts.jobId)),
      )
      await within(ADD_TIMEOUT, Promise.all(promotions), 'The queue does not answer.')
    },
    work: (kind, handler, options) =>
      createWorker({ backend, shards, kind, handler, log, onFault, ...options }),
    async present(kind, jobs) {
      const groups = [...byShard(jobs, shards)]
      const found = await ask(PING_TIMEOUT, () =>
        Promise.all(groups.map(([shard, ids]) => producers[kind][shard]!.present(ids))),
      )
      return new Set(found.flat())
    },
    async counts(kind) {
      const countOf = (producer: Producer) => producer.getJobCounts('waiting', 'active', 'delayed')
      const counts = await ask(PING_TIMEOUT, () => Promise.all(producers[kind].map(countOf)))
      const sum = (state: string) => counts.reduce((all, count) => all + (count[state] ?? 0), 0)
      return { waiting: sum('waiting'), active: sum('active'), delayed: sum('delayed') }
    },
    async workers(kind) {
      const ofShards = await ask(PING_TIMEOUT, () =>
        Promise.all(producers[kind].map((producer) => producer.getWorkers())),
      )
      const found = ofShards.flat()
      // Where the store lists no connections, BullMQ answers with one that says so and has no raw name.
      if (found.some(({ rawname }) => rawname === undefined)) return undefined
      return found.flatMap(({ rawname }) => rawname?.split(':w:')[1] ?? [])
    },
    // Each is a whole queue of BullMQ's; we ask less of it than it can.
    poolUse: () => backend.poolUse(),
    bullQueues: () => Object.values(producers).flat() as unknown as BullQueue[],
    async ping() {
      await ask(PING_TIMEOUT, () => backend.ping())
    },
    close() {
      closing ??= backend.close()
      return closing
    },
  }

  /** Asks the store, if it is there, and turns whatever goes wrong into the one error that callers expect. */
  async function ask<T>(timeoutMs: number, question: () => Promise<T>): Promise<T> {
    try {
      backend.assertReachable()
      return await within(timeoutMs, question(), 'The queue does not answer.')
    } catch (error) {
      if (error instanceof RingbackError) throw error
      throw unavailable(`The queue failed: ${error instanceof Error ? error.message : error}`, error)
    }
  }
}

type BullJob = Parameters<Producer['addBulk']>[0][number] & { opts: { jobId: string } }

/** Of each kind one for each shard. */
const openProducers = (backend: Backend, shards: number) =>
  Object.fromEntries(
    Object.entries(CATALOGUE).map(([kind, { queueName }]) => [
      kind,
      shardsOf(queueName, shards).map((name) => backend.openProducer(name)),
    ]),
  ) as Record<JobKind, Producer[]>

/** Jobs of one queue, as BullMQ takes them. */
interface Group {
  kind: JobKind
  shard: number
  entries: BullJob[]
}

/** The jobs, each with those of its queue. A job whose data is not of its kind is a bug of the caller, and throws. */
function groupByQueue(jobs: readonly Job[], shards: number, isTraced: boolean): Group[] {
  const groups = new Map<string, Group>()
  for (const { kind, data, shardKey, delayMs = 0, traceparent } of jobs) {
    const checked = checkJob(kind, data)
    const job = {
      name: kind,
      data: checked.data,
      opts: {
        jobId: checked.id,
        delay: delayMs,
        // Else it would be done in the trace of whichever job was first in its group.
        ...(isTraced ? { telemetry: telemetryOf(traceparent) } : {}),
      },
    }
    const shard = shardOf(shardKey, shards)
    const place = `${kind} ${shard}`
    const group = groups.get(place)
    if (group) group.entries.push(job)
    else groups.set(place, { kind, shard, entries: [job] })
  }
  return [...groups.values()]
}

/** The ids of jobs, by the shard that each belongs to. */
function byShard(jobs: readonly JobPlace[], shards: number): Map<number, string[]> {
  const ids = new Map<number, string[]>()
  for (const { id, shardKey } of jobs) {
    const shard = shardOf(shardKey, shards)
    ids.set(shard, [...(ids.get(shard) ?? []), id])
  }
  return ids
}

const shardOf = (shardKey: string | undefined, shards: number) =>
  shardKey === undefined ? 0 : shardFor(shardKey, shards)

/** In the form that BullMQ's own spans would leave it in. */
const telemetryOf = (traceparent: Traceparent | undefined) =>
  traceparent ? { metadata: JSON.stringify({ traceparent }) } : { omitContext: true }
