import type { Tenant } from './tenant.ts'

/** What the audit log keeps of a tenant. */
export function auditedTenant({
  name,
  metadata,
  retry,
  timeoutMs,
  retention,
}: Tenant): Omit<Tenant, 'id' | 'createdAt' | 'updatedAt'> {
  return { name, metadata, retry, timeoutMs, retention }
}
