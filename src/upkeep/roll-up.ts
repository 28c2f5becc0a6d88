import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { HOUR, SECOND } from '../duration.ts'
import { forgetStats, rollUp } from '../stats/roll-up.ts'
import type { Duty } from './duty.ts'

/** Charts are so fresh. */
const BEAT = 5 * SECOND

/** However much there is to sum up, the database has this share of its time for others. */
const REST = 20

/** Sums attempts up for statistics, and removes old sums. */
export function rollUpStats({ db, clock, days }: { db: Db; clock: Clock; days: number }): Duty {
  let forgotAt = Number.NEGATIVE_INFINITY
  return {
    name: 'roll up statistics',
    everyMs: BEAT,
    async run() {
      const began = clock.now()
      const behind = await rollUp(db, began)
      if (began - forgotAt >= HOUR) {
        await forgetStats(db, began, days)
        forgotAt = began
      }
      const tookMs = clock.now() - began
      return behind ? tookMs : Math.max(BEAT, REST * tookMs)
    },
  }
}
