import { and, count, desc, eq, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { OPERATOR_TENANT } from '../../tenants/tenant.ts'
import type { EndpointStatus } from '../endpoint.ts'
import { endpoints } from '../table.ts'

/** An endpoint without its subscriptions and secrets. */
export type EndpointRow = typeof endpoints.$inferSelect

/** What a new endpoint begins with; the rest is by default. */
export type NewEndpoint = Omit<typeof endpoints.$inferInsert, 'status' | 'createdAt' | 'updatedAt'>

type Changeable = Omit<EndpointRow, 'id' | 'tenantId' | 'createdAt' | 'updatedAt'>

/** What of an endpoint is to change; undefined: it is not. */
export type EndpointChanges = { [K in keyof Changeable]?: Changeable[K] | undefined }

export async function insertEndpoint(
  db: Db,
  tenantId: string,
  endpoint: Omit<NewEndpoint, 'tenantId'>,
): Promise<EndpointRow> {
  const rows = await db
    .insert(endpoints)
    .values({ ...endpoint, tenantId })
    .returning()
  return rows[0]!
}

/** How many endpoints a tenant has. */
export async function countEndpoints(db: Db, tenantId: string): Promise<number> {
  const rows = await db.select({ count: count() }).from(endpoints).where(eq(endpoints.tenantId, tenantId))
  return rows[0]!.count
}

/** One of a tenant's endpoints, if there is such. */
export async function findEndpoint(
  db: Db,
  tenantId: string,
  id: Id<'endpoint'>,
): Promise<EndpointRow | undefined> {
  const rows = await db.select().from(endpoints).where(itself(tenantId, id))
  return rows[0]
}

/** One of a tenant's endpoints, if there is such, locked until the transaction ends: nobody seals its headers anew meanwhile. */
export async function lockEndpoint(
  db: Db,
  tenantId: string,
  id: Id<'endpoint'>,
): Promise<EndpointRow | undefined> {
  const rows = await db.select().from(endpoints).where(itself(tenantId, id)).for('no key update')
  return rows[0]
}

/** Which endpoints a list wants. */
export interface EndpointQuery {
  status?: EndpointStatus | undefined
  /** Where the last page ended. */
  olderThan?: Id<'endpoint'> | undefined
  limit: number
}

/** A tenant's endpoints, newest first. */
export function listEndpoints(db: Db, tenantId: string, query: EndpointQuery): Promise<EndpointRow[]> {
  return list(db, eq(endpoints.tenantId, tenantId), query)
}

/** The endpoints of all tenants but the operator's own, newest first. */
export function listAllEndpoints(db: Db, query: EndpointQuery): Promise<EndpointRow[]> {
  return list(db, ne(endpoints.tenantId, OPERATOR_TENANT), query)
}

function list(db: Db, owner: SQL, query: EndpointQuery): Promise<EndpointRow[]> {
  return db
    .select()
    .from(endpoints)
    .where(
      and(
        owner,
        query.status && eq(endpoints.status, query.status),
        query.olderThan && lt(endpoints.id, query.olderThan),
      ),
    )
    .orderBy(desc(endpoints.id))
    .limit(query.limit)
}

/** Changes what is given. The endpoint as it is then; undefined when there is no such. */
export async function updateEndpoint(
  db: Db,
  tenantId: string,
  id: Id<'endpoint'>,
  changes: EndpointChanges,
): Promise<EndpointRow | undefined> {
  const rows = await db
    .update(endpoints)
    .set({ ...changes, updatedAt: sql`now()` })
    .where(itself(tenantId, id))
    .returning()
  return rows[0]
}

/**
 * Removes an endpoint with its subscriptions and secrets.
 * @returns whether there was such
 */
export async function deleteEndpoint(db: Db, tenantId: string, id: Id<'endpoint'>): Promise<boolean> {
  const rows = await db.delete(endpoints).where(itself(tenantId, id)).returning({ id: endpoints.id })
  return rows.length > 0
}

const itself = (tenantId: string, id: Id<'endpoint'>) =>
  and(eq(endpoints.tenantId, tenantId), eq(endpoints.id, id))
