/** Letting a tenant's people into its own part, for a while. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { HOUR, SECOND } from '../duration.ts'
import { notFound, refused } from '../errors.ts'
import type { Ids } from '../ids.ts'
import { holdTenant } from '../tenants/store.ts'
import { refuseReserved } from '../tenants/tenant.ts'
import { auditedSession } from './audited.ts'
import type { PortalTokens } from './portal-token.ts'
import {
  countPortalSessions,
  deleteExpiredPortalSessions,
  insertPortalSession,
  type PortalSessionRow,
} from './store/portal-sessions.ts'

/** How long a session lasts, in seconds: a link is given out by a page that the host has just signed somebody in to. */
export const PORTAL_SECONDS = { usual: HOUR / SECOND, max: (24 * HOUR) / SECOND } as const

/** What opening needs from outside. */
export interface OpenPortalNeeds extends Audited {
  ids: Ids
  clock: Clock
  portalTokens: Pick<PortalTokens, 'sign'>
  /** How many sessions of one tenant may stand. */
  most: number
}

/**
 * Opens a session. Those of the tenant that have expired are removed, so that they never add up.
 * @param db a transaction
 * @returns the session, and its token to be shown this once
 * @throws RingbackError `not_found`, `tenant_id_reserved`, `too_many_portal_sessions`
 */
export async function openPortal(
  db: Db,
  { by, ids, clock, portalTokens, most }: OpenPortalNeeds,
  tenantId: string,
  { expiresInSeconds, readOnly }: { expiresInSeconds: number; readOnly: boolean },
): Promise<{ session: PortalSessionRow; token: string }> {
  refuseReserved(tenantId)
  if (!(await holdTenant(db, tenantId))) throw notFound('tenant')
  await deleteExpiredPortalSessions(db, tenantId)
  if ((await countPortalSessions(db, tenantId)) >= most) throw tooMany(most)
  const issuedAt = clock.now()
  const expiresAt = issuedAt + expiresInSeconds * SECOND
  const session = await insertPortalSession(db, tenantId, {
    id: ids('portalSession'),
    readOnly,
    expiresAt: new Date(expiresAt),
  })
  const after = auditedSession(session)
  await record(db, by, { action: 'portal_session.created', tenantId, targetId: session.id, after })
  const token = portalTokens.sign({ sessionId: session.id, tenantId, readOnly, issuedAt, expiresAt })
  return { session, token }
}

const tooMany = (most: number) =>
  refused(
    'too_many_portal_sessions',
    `A tenant has ${most} portal sessions at most; end one first, or let them last shorter.`,
  )
