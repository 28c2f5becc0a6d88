import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { HOUR, SECOND } from '../duration.ts'
import { forgetStats, rollUp } from '../stats/roll-up.ts'
import type { Duty } from './duty.ts'

/** Charts are so fresh. */
const BEAT = 5 * SECOND

/** It rests so many times as long as it took, so that a busy database has its time for others; but sums stay fresh. */
const REST = 20
const LONGEST_REST = 2 * BEAT

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
      return behind ? tookMs : Math.min(LONGEST_REST, Math.max(BEAT, REST * tookMs))
    },
  }
}
