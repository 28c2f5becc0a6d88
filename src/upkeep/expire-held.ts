import { SYSTEM } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { failHeldTooLong, type GivenUp } from '../deliveries/store.ts'
import { HOUR } from '../duration.ts'
import { deliveryFailed } from '../notices/notice.ts'
import { giveNotices } from '../notices/store.ts'
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
 * Operators are told of each delivery; the audit log has one entry for each endpoint at a time.
 * @param days how long it is held
 */
export function expireHeld({ db, days, meter = silentDispatchMeter }: ExpireNeeds): Duty {
  return {
    name: 'expire held deliveries',
    everyMs: HOUR,
    async run() {
      const count = await db.transaction(async (tx) => {
        const givenUp = await failHeldTooLong(tx, days, AT_ONCE)
        const told = givenUp.map((delivery) => deliveryFailed({ ...delivery, reason: 'held_too_long' }))
        await giveNotices(tx, told)
        await record(tx, SYSTEM, ...deedsOf(givenUp))
        return givenUp.length
      })
      meter.ended('failed', count)
      return count === AT_ONCE ? 0 : undefined
    },
  }
}

function deedsOf(givenUp: readonly GivenUp[]) {
  const tenants = new Map(givenUp.map(({ endpointId, tenantId }) => [endpointId, tenantId]))
  return [...tenants].map(([endpointId, tenantId]) => ({
    action: 'endpoint.deliveries_expired' as const,
    tenantId,
    targetId: endpointId,
    after: { deliveries: givenUp.filter((delivery) => delivery.endpointId === endpointId).length },
  }))
}
