/** Switching an endpoint off by hand: what is accepted for it from now on is kept, and held with what already waits. */
import type { Db } from '../db/open.ts'
import type { Id } from '../ids.ts'
import type { Endpoint } from './endpoint.ts'
import { showEndpoint } from './show.ts'
import { disableEndpoints } from './store/health.ts'
import type { SwitchNotices } from './switch-notices.ts'
import type { WaitingDeliveries } from './waiting-deliveries.ts'

/** What disabling needs from outside. */
export interface DisableNeeds {
  deliveries: Pick<WaitingDeliveries, 'holdWaiting'>
  notices: Pick<SwitchNotices, 'disabled'>
}

/**
 * One that is off already stays as it is, for the reason it has.
 * @param db a transaction: both or neither
 * @throws RingbackError `not_found`
 */
export async function disableEndpoint(
  db: Db,
  { deliveries, notices }: DisableNeeds,
  tenantId: string,
  endpointId: Id<'endpoint'>,
): Promise<Endpoint> {
  const disablement = { tenantId, endpointId, reason: 'manual' } as const
  const [disabled] = await disableEndpoints(db, [disablement])
  if (disabled) {
    await deliveries.holdWaiting(db, tenantId, endpointId, 'disabled')
    await notices.disabled(db, disablement)
  }
  return showEndpoint(db, tenantId, endpointId)
}
