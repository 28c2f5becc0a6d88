import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import { findTenant } from '../tenants/store.ts'
import { OPERATOR_TENANT } from '../tenants/tenant.ts'

/** @throws RingbackError `not_found` when there is no such tenant: an empty list would hide a typing error */
export async function requireTenant(db: Db, tenantId: string): Promise<void> {
  if (!(await findTenant(db, tenantId))) throw notFound('tenant')
}

/**
 * The same where a query names the tenant, as a part of all. The operator's own is none of those: it has its own paths.
 * @throws RingbackError `not_found`
 */
export async function requireCustomer(db: Db, tenantId: string): Promise<void> {
  if (tenantId === OPERATOR_TENANT) throw notFound('tenant')
  await requireTenant(db, tenantId)
}
