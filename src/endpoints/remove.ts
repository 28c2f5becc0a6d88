/** Removing an endpoint: what still waited for it ends `canceled`, its log stays. */
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import { deleteEndpoint } from './store/endpoints.ts'
import type { WaitingDeliveries } from './waiting-deliveries.ts'

/** What removing needs from outside. */
export interface RemoveEndpointNeeds {
  deliveries: Pick<WaitingDeliveries, 'cancelWaiting'>
}

/**
 * @param db a transaction: both or neither
 * @throws RingbackError `not_found`
 */
export async function removeEndpoint(
  db: Db,
  { deliveries }: RemoveEndpointNeeds,
  tenantId: string,
  id: Id<'endpoint'>,
): Promise<void> {
  await bumpConfigVersion(db, tenantId)
  if (!(await deleteEndpoint(db, tenantId, id))) throw notFound('endpoint')
  await deliveries.cancelWaiting(db, tenantId, id, 'endpoint_deleted')
}
