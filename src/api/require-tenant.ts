import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import { findTenant } from '../tenants/store.ts'

/** @throws RingbackError `not_found` when there is no such tenant: an empty list would hide a typing error */
export async function requireTenant(db: Db, tenantId: string): Promise<void> {
  if (!(await findTenant(db, tenantId))) throw notFound('tenant')
}
