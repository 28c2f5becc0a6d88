/** Removing an endpoint: what still waited for it ends `canceled`, its log stays. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import type { Id } from '../ids.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import { auditedEndpoint } from './audited.ts'
import { showEndpoint } from './show.ts'
import { deleteEndpoint } from './store/endpoints.ts'
import type { WaitingDeliveries } from './waiting-deliveries.ts'

/** What removing needs from outside. */
export interface RemoveEndpointNeeds extends Audited {
  deliveries: Pick<WaitingDeliveries, 'cancelWaiting'>
}

/**
 * @param db a transaction: both or neither
 * @throws RingbackError `not_found`
 */
export async function removeEndpoint(
  db: Db,
  { by, deliveries }: RemoveEndpointNeeds,
  tenantId: string,
  id: Id<'endpoint'>,
): Promise<void> {
  await bumpConfigVersion(db, tenantId)
  const before = auditedEndpoint(await showEndpoint(db, tenantId, id))
  await deleteEndpoint(db, tenantId, id)
  await deliveries.cancelWaiting(db, tenantId, id, 'endpoint_deleted')
  await record(db, by, { action: 'endpoint.deleted', tenantId, targetId: id, before })
}
