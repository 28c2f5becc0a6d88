import type { Dispatch } from '../src/dispatch/dispatch.ts'
import type { Queue, Worker } from '../src/queue/queue.ts'

/** The worker behind the `deliver` jobs: an alarm rings, the attempt is made. */
export function deliverJobs(queue: Queue, dispatch: Dispatch, options: { concurrency: number }): Worker {
  return queue.work('deliver', dispatch, options)
}
