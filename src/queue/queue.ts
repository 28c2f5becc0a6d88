/**
 * The seam between Ringback and its queue: an alarm clock that calls a handler with ids, at least once, in any
 * process. Postgres holds the truth, so the queue may lose everything at any moment; it may not lie, and it may not
 * make its caller wait for ever.
 */
import type { Queue as BullQueue } from 'bullmq'
import type { Service } from '../service.ts'
import type { PoolUse } from '../telemetry/pool-meter.ts'
import type { Job, JobData, JobKind } from './catalogue.ts'

/** An open queue. */
export interface Queue {
  /**
   * Adds jobs, one round trip per kind and shard, at once; resolves when the store has them. A job whose id still exists (waiting,
   * delayed or being worked) is silently not added again. A rejection does not say that none was added.
   * @throws RingbackError `unavailable` within seconds when the store is away
   */
  add(jobs: readonly Job[]): Promise<void>

  /**
   * Adds jobs, and has those worked now whose id is there already and delayed; two round trips per kind and shard.
   * @throws RingbackError `unavailable` within seconds when the store is away
   */
  hurry(jobs: readonly Job[]): Promise<void>

  /**
   * Makes a worker, which begins at its `start()`. A handler that resolves ends the job. One that throws ends it too,
   * and the error is logged: trying again is for whoever keeps the truth. A worker that dies leaves its jobs to the
   * others, which take them within `RECOVERY_MS`. It works all shards, and those that an earlier, larger number of them
   * left jobs in.
   */
  work<K extends JobKind>(kind: K, handler: Handler<K>, options: WorkerOptions): Worker

  /**
   * Which of these jobs the store holds: they wait, are delayed or are being worked. One round trip per shard.
   * @throws RingbackError `unavailable` within seconds when the store is away
   */
  present(kind: JobKind, jobs: readonly JobPlace[]): Promise<ReadonlySet<string>>

  /** How many jobs of a kind the store holds, by state. */
  counts(kind: JobKind): Promise<JobCounts>

  /**
   * The names of the workers that are connected for a kind of jobs, in any process (`worker-name.ts`); undefined where the
   * store does not list its connections.
   * @throws RingbackError `unavailable` within seconds when the store is away
   */
  workers(kind: JobKind): Promise<readonly string[] | undefined>

  /** How its connections to Postgres are used that add jobs; undefined where it runs on Redis. */
  poolUse(): PoolUse | undefined

  /** The queues as BullMQ has them, to be looked into. */
  bullQueues(): readonly BullQueue[]

  /** Resolves when jobs can be added and are safe from eviction; rejects with the reason, within seconds. */
  ping(): Promise<void>

  /** Lets go of the connections. Workers are stopped by whoever made them, before this. Safe to repeat. */
  close(): Promise<void>
}

/** Where a job is, if it is there. */
export interface JobPlace {
  id: string
  /** That it was added with. */
  shardKey?: string
}

/**
 * Does the work of one job. It may run twice for the same data, even at the same time.
 * @param begun tells that nothing of the job waits for a place any more: the worker may take another beside it
 */
export type Handler<K extends JobKind> = (data: JobData<K>, begun: () => void) => Promise<void>

/** How a worker works. */
export interface WorkerOptions {
  /** The most handlers at once, over all shards; without those that have told that they have begun. */
  concurrency: number
}

/** Takes jobs and hands them to its handler. */
export interface Worker extends Service {
  /** Begins to take jobs; on a Redis that is away, as soon as it is back. */
  start(): Promise<void>
  /**
   * Takes no more jobs and waits for those in hand, then closes. What is still in hand after `graceMs` (20 s unless
   * told) is left to run beside us; other workers will take it over.
   */
  stop(options?: { graceMs?: number }): Promise<void>
}

/** Jobs by state. There is no state for the past: a job that ended is gone. */
export interface JobCounts {
  waiting: number
  active: number
  delayed: number
}
