import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import { silentUpkeepMeter, type UpkeepMeter } from '../telemetry/upkeep-meter.ts'
import type { Duty } from './duty.ts'
import { giveLeaseBack, takeLease } from './store.ts'

/**
 * Long enough to be renewed a few times before it ends, so that a slow turn does not lose it; short enough that another
 * process takes over within seconds when its holder dies.
 */
const TTL = 5 * SECOND

/** How often a process that does not hold the lease asks for it, and one that does renews it. */
const ASK = SECOND

/** What holding a lease needs. */
export interface LeaseNeeds {
  db: Db
  holder: string
  meter?: Pick<UpkeepMeter, 'lease'>
}

/**
 * A duty that one of many processes does at a time. The lease spares work and is no lock: two may do the duty at once for
 * a moment, so it must be safe beside itself.
 * @param holder this process, by a name of its own
 */
export function leased(duty: Duty, { db, holder, meter = silentUpkeepMeter }: LeaseNeeds): Duty {
  let renewAt = 0

  /** A duty with many turns a second does not write at each. */
  async function isOurs(): Promise<boolean> {
    const asked = performance.now()
    if (asked < renewAt) return true
    const taken = await takeLease(db, duty.name, holder, TTL)
    meter.lease(duty.name, taken)
    renewAt = taken ? asked + ASK : 0
    return taken
  }

  return {
    ...duty,
    async run() {
      if (await isOurs()) return duty.run()
      duty.away?.()
      return ASK
    },
    end: () => giveLeaseBack(db, duty.name, holder),
  }
}
