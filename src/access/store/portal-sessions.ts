import { and, count, desc, eq, getTableColumns, gt, lt, lte, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { tenants } from '../../tenants/table.ts'
import { portalSessions } from '../table.ts'

/** A link into a tenant's part that was given out. */
export type PortalSessionRow = typeof portalSessions.$inferSelect

/** What a new session begins with. */
export type NewPortalSession = Pick<PortalSessionRow, 'id' | 'readOnly' | 'expiresAt'>

export async function insertPortalSession(
  db: Db,
  tenantId: string,
  session: NewPortalSession,
): Promise<PortalSessionRow> {
  const rows = await db
    .insert(portalSessions)
    .values({ ...session, tenantId })
    .returning()
  return rows[0]!
}

/** A tenant's sessions that have not expired, newest first. */
export function listPortalSessions(
  db: Db,
  tenantId: string,
  { olderThan, limit }: { olderThan?: Id<'portalSession'> | undefined; limit: number },
): Promise<PortalSessionRow[]> {
  return db
    .select()
    .from(portalSessions)
    .where(
      and(
        eq(portalSessions.tenantId, tenantId),
        gt(portalSessions.expiresAt, sql`now()`),
        olderThan && lt(portalSessions.id, olderThan),
      ),
    )
    .orderBy(desc(portalSessions.id))
    .limit(limit)
}

/** How many sessions a tenant has; once the expired are removed, so many stand. */
export async function countPortalSessions(db: Db, tenantId: string): Promise<number> {
  const rows = await db
    .select({ count: count() })
    .from(portalSessions)
    .where(eq(portalSessions.tenantId, tenantId))
  return rows[0]!.count
}

/** @returns what it was; undefined when there was no such */
export async function deletePortalSession(
  db: Db,
  tenantId: string,
  id: Id<'portalSession'>,
): Promise<PortalSessionRow | undefined> {
  const rows = await db
    .delete(portalSessions)
    .where(and(eq(portalSessions.tenantId, tenantId), eq(portalSessions.id, id)))
    .returning()
  return rows[0]
}

/** Removes a tenant's sessions that have expired. */
export async function deleteExpiredPortalSessions(db: Db, tenantId: string): Promise<void> {
  await db
    .delete(portalSessions)
    .where(and(eq(portalSessions.tenantId, tenantId), lte(portalSessions.expiresAt, sql`now()`)))
}

/** A session, and which tenant it is bound to. */
export type LoadedSession = PortalSessionRow & { incarnation: string; since: Date }

/** Some sessions, to tell who calls: each token names its tenant, and is held to it. */
export async function loadPortalSessions(
  db: Db,
  ids: readonly Id<'portalSession'>[],
): Promise<Map<Id<'portalSession'>, LoadedSession>> {
  const rows = await db
    .select({
      ...getTableColumns(portalSessions),
      incarnation: tenants.incarnation,
      since: tenants.createdAt,
    })
    .from(portalSessions)
    .innerJoin(tenants, eq(tenants.id, portalSessions.tenantId))
    .where(sql`${portalSessions.id} = any(${sql.param([...ids])})`)
  return new Map(rows.map((row) => [row.id, row]))
}
