/** Making a tenant, or changing what is given of it. */
import { type Audited, difference } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import { lockName } from '../db/name-lock.ts'
import type { Db } from '../db/open.ts'
import { auditedTenant } from './audited.ts'
import { lockTenant, upsertTenant } from './store.ts'
import type { Tenant, TenantChange } from './tenant.ts'

/**
 * @param db a transaction
 * @param tenantId as `checkTenantId` takes it
 */
export async function putTenant(
  db: Db,
  { by }: Audited,
  tenantId: string,
  change: TenantChange,
): Promise<{ tenant: Tenant; created: boolean }> {
  await lockName(db, 'tenant', tenantId)
  const standing = await lockTenant(db, tenantId)
  const { tenant, created } = await upsertTenant(db, tenantId, change)

  const deed = { tenantId, targetId: tenantId }
  const after = auditedTenant(tenant)
  const changed = standing && difference(auditedTenant(standing), after)
  if (!standing) await record(db, by, { ...deed, action: 'tenant.created', after })
  else if (changed) await record(db, by, { ...deed, action: 'tenant.updated', ...changed })
  return { tenant, created }
}
