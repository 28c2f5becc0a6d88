import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import type { Duty } from './duty.ts'
import { giveLeaseBack, takeLease } from './store.ts'

/**
 * Long enough to be renewed a few times before it ends, so that a slow turn does not lose it; short enough that another
 * process takes over within seconds when its holder dies.
 */
const TTL = 5 * SECOND

/** How often a process that does not hold the lease asks for it. */
const ASK = SECOND

/**
 * A duty that one of many processes does at a time. The lease spares work and is no lock: two may do the duty at once for
 * a moment, so it must be safe beside itself.
 * @param holder this process, by a name of its own
 */
export function leased(duty: Duty, { db, holder }: { db: Db; holder: string }): Duty {
  return {
    ...duty,
    async run() {
      return (await takeLease(db, duty.name, holder, TTL)) ? duty.run() : ASK
    },
    end: () => giveLeaseBack(db, duty.name, holder),
  }
}
