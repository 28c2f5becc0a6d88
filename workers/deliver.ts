import type { Dispatch } from '../src/dispatch/dispatch.ts'
import { createSlots } from '../src/dispatch/slots.ts'
import type { Queue, Worker } from '../src/queue/queue.ts'

/** The workers behind the `deliver` and `redeliver` jobs: an alarm rings, the attempt is made when its lane has a place. */
export function deliverJobs(
  queue: Queue,
  dispatch: Dispatch,
  { concurrency }: { concurrency: number },
): Worker {
  const slots = createSlots(concurrency)
  const workers = [
    queue.work('deliver', (alarm) => slots.run('front', () => dispatch(alarm)), {
      concurrency: slots.most('front'),
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
      await Promise.all(workers.map((worker) => worker.stop(options)))
    },
  }
}
