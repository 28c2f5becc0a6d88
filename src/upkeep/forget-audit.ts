import { removeEntries } from '../audit/store.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { DAY, HOUR } from '../duration.ts'
import type { Duty } from './duty.ts'

/** Bounds one statement. */
const AT_ONCE = 5_000

/**
 * Removes what the audit log has kept for its days.
 * @param days how long it is kept
 */
export function forgetAudit({ db, clock, days }: { db: Db; clock: Clock; days: number }): Duty {
  return {
    name: 'forget audit entries',
    everyMs: HOUR,
    async run() {
      return (await removeEntries(db, clock.now() - days * DAY, AT_ONCE)) === AT_ONCE ? 0 : undefined
    },
  }
}
