/**
 * Removing a tenant: its endpoints go with it, what still waited for them ends `canceled`, its hosts' own ids are free
 * again for a tenant made anew under the same id, and what hosts handed over for it is taken away, so that it never comes
 * to that one.
 */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import { auditedTenant } from './audited.ts'
import { beginErasure, deleteTenant } from './store.ts'

/** What removing needs from outside. */
export interface RemoveTenantNeeds extends Audited {
  deliveries: {
    /** Ends all waiting deliveries of a tenant, in the caller's transaction. */
    cancelWaiting(db: Db, tenantId: string, endpointId: null, reason: 'tenant_deleted'): Promise<unknown>
  }
  events: {
    /** Frees the hosts' own ids of a tenant's events, in the caller's transaction. */
    removeExternalIds(db: Db, tenantId: string): Promise<void>
  }
  handovers: {
    /** Takes away what hosts handed over for a tenant, waiting or refused, in the caller's transaction. */
    removeHandoversOf(db: Db, tenantId: string): Promise<void>
  }
}

/**
 * @param db a transaction: all or nothing
 * @param erase whether upkeep erases what is left: events, deliveries, attempts and sums
 * @throws RingbackError `not_found`
 */
export async function removeTenant(
  db: Db,
  { by, deliveries, events, handovers }: RemoveTenantNeeds,
  tenantId: string,
  { erase }: { erase: boolean },
): Promise<void> {
  const tenant = await deleteTenant(db, tenantId)
  if (!tenant) throw notFound('tenant')
  await deliveries.cancelWaiting(db, tenantId, null, 'tenant_deleted')
  await events.removeExternalIds(db, tenantId)
  await handovers.removeHandoversOf(db, tenantId)
  if (erase) await beginErasure(db, tenantId)
  const before = auditedTenant(tenant)
  await record(db, by, {
    action: 'tenant.deleted',
    tenantId,
    targetId: tenantId,
    before,
    ...(erase && { after: { erase } }),
  })
}
