import { SYSTEM } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { type Expired, failHeldTooLong } from '../deliveries/store.ts'
import { HOUR } from '../duration.ts'
import { type DispatchMeter, silentDispatchMeter } from '../telemetry/dispatch-meter.ts'
import type { Duty } from './duty.ts'

/** Bounds one statement. */
const AT_ONCE = 5_000

/** What it needs. */
export interface ExpireNeeds {
  db: Db
  days: number
  meter?: Pick<DispatchMeter, 'ended'>
}

/**
 * Fails what has been held for a disabled endpoint for too long, so that an endpoint which nobody ever enables again does
 * not gather deliveries for ever. What waits for a pause or a circuit is left alone: those end.
 * What it ends, it writes down: one entry for each endpoint at a time.
 * @param days how long it is held
 */
export function expireHeld({ db, days, meter = silentDispatchMeter }: ExpireNeeds): Duty {
  return {
    name: 'expire held deliveries',
    everyMs: HOUR,
    async run() {
      const expired = await db.transaction(async (tx) => {
        const expired = await failHeldTooLong(tx, days, AT_ONCE)
        await record(tx, SYSTEM, ...expired.map(deedOf))
        return expired
      })
      const count = expired.reduce((sum, { deliveries }) => sum + deliveries, 0)
      meter.ended('failed', count)
      return count === AT_ONCE ? 0 : undefined
    },
  }
}

const deedOf = ({ tenantId, endpointId, deliveries }: Expired) => ({
  action: 'endpoint.deliveries_expired' as const,
  tenantId,
  targetId: endpointId,
  after: { deliveries },
})
