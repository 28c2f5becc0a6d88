import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import { type Alarm, takeUnalarmed } from '../deliveries/store.ts'
import type { Queue } from '../queue/queue.ts'
import type { Duty } from './duty.ts'

/** What sweeping needs from outside. */
export interface SweepNeeds {
  db: Db
  queue: Pick<Queue, 'add' | 'counts'>
}

/** The beat: what comes due without an alarm is at most this late. */
const BEAT = SECOND

/**
 * The most jobs that may lie in the queue before the sweeper stops feeding it. Some seconds' worth for the workers, so
 * that they never run dry between two beats; small enough that the queue's memory does not grow with the backlog.
 */
const WINDOW = 5_000

/** Bounds one statement. */
const GROUP_SIZE = 1_000

/**
 * The sweeper: brings to the queue whatever is due and has no live alarm. One mechanism mends all: a crash between
 * commit and enqueue, a lost or wiped queue, a dead worker; and it feeds retries that were too far off, and what was
 * held. A job that exists already is not added twice, so looking too often does no harm.
 */
export function sweep({ db, queue }: SweepNeeds): Duty {
  return {
    name: 'sweep',
    everyMs: BEAT,
    async run() {
      let room = WINDOW - (await queue.counts('deliver')).waiting
      while (room > 0) {
        const limit = Math.min(room, GROUP_SIZE)
        const alarms = await takeUnalarmed(db, limit)
        if (alarms.length > 0) await queue.add(alarms.map(job))
        if (alarms.length < limit) return
        room -= alarms.length
      }
    },
  }
}

const job = ({ id, attempt, delayMs }: Alarm) => ({
  kind: 'deliver' as const,
  data: { deliveryId: id, attempt },
  delayMs: Math.max(0, Math.ceil(delayMs)),
})
