/** Removing a tenant: its endpoints go with it, and what still waited for them ends `canceled`. */
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import { deleteTenant } from './store.ts'

/** What removing needs from outside. */
export interface RemoveTenantNeeds {
  deliveries: {
    /** Ends all waiting deliveries of a tenant, in the caller's transaction. */
    cancelWaiting(db: Db, tenantId: string, endpointId: null, reason: 'tenant_deleted'): Promise<void>
  }
}

/**
 * @param db a transaction: both or neither
 * @throws RingbackError `not_found`
 */
export async function removeTenant(
  db: Db,
  { deliveries }: RemoveTenantNeeds,
  tenantId: string,
): Promise<void> {
  if (!(await deleteTenant(db, tenantId))) throw notFound('tenant')
  await deliveries.cancelWaiting(db, tenantId, null, 'tenant_deleted')
}
