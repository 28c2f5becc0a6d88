/** Revoking what was given out. Tell `Access.forget` once it is committed. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import { auditedKey, auditedSession } from './audited.ts'
import { deleteApiKey, deletePortalSession } from './store.ts'

/**
 * @param db a transaction
 * @throws RingbackError `not_found`
 */
export async function revokeApiKey(db: Db, { by }: Audited, id: Id<'apiKey'>): Promise<void> {
  const key = await deleteApiKey(db, id)
  if (!key) throw notFound('api key')
  const before = auditedKey(key)
  await record(db, by, { action: 'api_key.revoked', tenantId: key.tenantId, targetId: id, before })
}

/**
 * @param db a transaction
 * @throws RingbackError `not_found`
 */
export async function revokePortalSession(
  db: Db,
  { by }: Audited,
  tenantId: string,
  id: Id<'portalSession'>,
): Promise<void> {
  const session = await deletePortalSession(db, tenantId, id)
  if (!session) throw notFound('portal session')
  const before = auditedSession(session)
  await record(db, by, { action: 'portal_session.revoked', tenantId, targetId: id, before })
}
