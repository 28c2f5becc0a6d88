import type { Dispatch } from '../src/dispatch/dispatch.ts'
import { createFirstAttempts, type FirstAttemptsNeeds } from '../src/dispatch/first-attempts.ts'
import { createSlots } from '../src/dispatch/slots.ts'
import type { Queue, Worker } from '../src/queue/queue.ts'

/** What the workers need. */
export interface DeliverJobsNeeds extends Pick<FirstAttemptsNeeds, 'letGo'> {
  dispatch: Dispatch
  /** Attempts in flight at once in this process. */
  concurrency: number
}

/**
 * The part of its places for which the front lane takes jobs ahead. A job may carry twenty attempts, so twice as many as
 * there are places may wait in this process; of jobs that carry one, enough that no place waits for the next.
 */
const AHEAD = 1 / 10

/** The workers behind the `deliver` and `redeliver` jobs: an alarm rings, the attempt is made when its lane has a place. */
export function deliverJobs(queue: Queue, { dispatch, letGo, concurrency }: DeliverJobsNeeds): Worker {
  const slots = createSlots(concurrency)
  const first = createFirstAttempts({ slots, dispatch, letGo })
  const workers = [
    queue.work('deliver', ({ deliveryIds }, begun) => first.make(deliveryIds, begun), {
      concurrency: Math.ceil(slots.most('front') * AHEAD),
    }),
    queue.work('redeliver', (alarm) => slots.run('back', () => dispatch(alarm)), {
      concurrency: slots.most('back'),
    }),
  ]
  return {
    async start() {
      await Promise.all(workers.map((worker) => worker.start()))
    },
    async stop(options) {
      await Promise.all([first.stop(), ...workers.map((worker) => worker.stop(options))])
    },
  }
}
