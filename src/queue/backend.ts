/** What a store must offer to be the queue's, and the BullMQ settings that hold on every store. */
import type { Queue as BullQueue, Worker as BullWorker, Processor } from 'bullmq'
import { SECOND } from '../duration.ts'
import type { PoolUse } from '../telemetry/pool-meter.ts'

/** A store that BullMQ runs on. */
export interface Backend {
  /** Throws at once when adding is hopeless now. */
  assertReachable(): void
  /** Resolves when the store answers and keeps what it is given; rejects with the reason. */
  ping(): Promise<void>
  /** The end that adds, for one BullMQ queue. */
  openProducer(queueName: string): Producer
  /** Those of these BullMQ queues that hold jobs, in whatever state. */
  holding(queueNames: readonly string[]): Promise<string[]>
  /** The end that works, for one BullMQ queue; takes no job before its `run()`. */
  openConsumer(queueName: string, options: ConsumerOptions): Promise<Consumer>
  /** How its pool of connections is used, if it has one. */
  poolUse(): PoolUse | undefined
  close(): Promise<void>
}

/** What is asked of a BullMQ queue. */
export type Producer = Pick<BullQueue, 'addBulk' | 'getJobCounts' | 'getWorkers'> & {
  /** Has those of these jobs that are delayed worked now, in one round trip; of the others nothing becomes. */
  promoteAll(ids: readonly string[]): Promise<void>
  /** Those of these jobs that it holds, in one round trip. */
  present(ids: readonly string[]): Promise<string[]>
}

/** What is asked of a BullMQ worker. */
export type Consumer = Pick<BullWorker, 'run' | 'close' | 'concurrency'> & {
  /** Looks at once for the jobs that a raised `concurrency` allows; by itself it looks when one ends. */
  lookForMore(): void
  /** Drops the connections with jobs in hand. */
  abandon(): Promise<void>
}

/** What a worker is made with. */
export interface ConsumerOptions {
  /** By which it is found among the connections of the store. */
  name: string
  concurrency: number
  process: Processor<unknown, void>
  /** Told of every error of the connections and of BullMQ itself. */
  onFault(error: Error): void
  /** Told of every job that was taken over from a worker that died. */
  onTakenOver(jobId: string): void
}

/** How long a worker that says nothing keeps its jobs. */
export const LOCK_MS = 15 * SECOND
const STALLED_CHECK_MS = 5 * SECOND

/**
 * The longest until the jobs of a worker that died run again: its locks expire, one check marks them, the next takes
 * them. BullMQ's defaults (30 s and 30 s) were measured to take 60 s.
 */
export const RECOVERY_MS = LOCK_MS + 2 * STALLED_CHECK_MS

/** How long an addition may take before its caller is told that the store is away. */
export const ADD_TIMEOUT = 3 * SECOND

/** How long a health check waits. */
export const PING_TIMEOUT = 2 * SECOND

/** Settings of the adding end. */
export const PRODUCER_SETTINGS = {
  // An id that ended must be free at once: BullMQ silently ignores an addition whose id still exists in any state.
  defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true, stackTraceLimit: 0 },
  // Nobody reads BullMQ's event stream; its default keeps 10,000 entries.
  streams: { events: { maxLen: 100 } },
} as const

/** Settings of the working end. */
export const CONSUMER_SETTINGS = {
  autorun: false,
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  // By default a job fails for good when its worker dies twice; with us it is taken over for ever.
  maxStalledCount: 1_000_000,
  // The wait after a refused connection. The default of 15 s would outlast most restarts of the store.
  runRetryDelay: 1 * SECOND,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
} as const

/** Wakes the loop of a BullMQ worker, which is asleep while it has as many jobs in hand as it may. The one way that BullMQ has. */
export function wake(worker: Pick<BullWorker, 'pause' | 'resume'>): void {
  void worker.pause(true).then(() => worker.resume())
}
