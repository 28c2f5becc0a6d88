import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import { silentUpkeepMeter, type UpkeepMeter } from '../telemetry/upkeep-meter.ts'
import type { Duty } from './duty.ts'
import { giveLeaseBack, takeLease } from './store.ts'

/** Short enough that another process takes over within seconds when its holder dies. */
const TTL = 5 * SECOND

/**
 * How often it is asked for in its time, by the process that holds it, to renew it, and by those that do not: a slow turn
 * does not lose it.
 */
const ASKS = 5

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
  const ttl = duty.leaseMs ?? TTL
  const askMs = ttl / ASKS
  let renewAt = 0

  /** A duty with many turns a second does not write at each. */
  async function isOurs(): Promise<boolean> {
    const asked = performance.now()
    if (asked < renewAt) return true
    const taken = await takeLease(db, duty.name, holder, ttl)
    meter.lease(duty.name, taken)
    renewAt = taken ? asked + askMs : 0
    return taken
  }

  return {
    ...duty,
    async run() {
      if (await isOurs()) return duty.run()
      duty.away?.()
      return askMs
    },
    end: () => giveLeaseBack(db, duty.name, holder),
  }
}
