/** What the audit log keeps of keys and sessions, in the words of the API; nothing of their texts. */
import type { ApiKeyRow, PortalSessionRow } from './store.ts'

/** A key. */
export const auditedKey = ({ name, scopes, tenantId, expiresAt }: ApiKeyRow) => ({
  name,
  scopes,
  tenant: tenantId,
  expiresAt,
})

/** A portal session. */
export const auditedSession = ({ readOnly, expiresAt }: PortalSessionRow) => ({ readOnly, expiresAt })
