import { and, desc, eq, getTableColumns, isNotNull, lte, ne, sql } from 'drizzle-orm'
import { among } from '../db/among.ts'
import type { Db } from '../db/open.ts'
import { UNNAMED } from '../db/statement.ts'
import { notFound } from '../errors.ts'
import { remembered } from '../remembered.ts'
import { erasures, tenants } from './table.ts'
import { OPERATOR_TENANT, type Retention, type Tenant, type TenantChange } from './tenant.ts'

const { configVersion: _forCaches, incarnation: _forKeys, ...shown } = getTableColumns(tenants)

/** Makes the tenant, or changes what is given of it. */
export async function upsertTenant(
  db: Db,
  tenantId: string,
  change: TenantChange,
): Promise<{ tenant: Tenant; created: boolean }> {
  const given = { ...change, metadata: change.metadata === null ? {} : change.metadata }
  const rows = await db
    .insert(tenants)
    .values({ ...given, id: tenantId })
    .onConflictDoUpdate({ target: tenants.id, set: { ...given, updatedAt: sql`now()` } })
    // A row that the insert made was never updated: it has no xmax.
    .returning({ ...shown, created: sql<boolean>`xmax = 0` })
  const { created, ...tenant } = rows[0]!
  return { tenant, created }
}

/** Makes the operator's tenant, unless it is there. */
export async function ensureOperatorTenant(db: Db): Promise<void> {
  await db
    .insert(tenants)
    .values({ id: OPERATOR_TENANT, name: 'Whoever runs Ringback' })
    .onConflictDoNothing()
}

/** One tenant, if there is such. */
export async function findTenant(db: Db, tenantId: string): Promise<Tenant | undefined> {
  const rows = await db.select(shown).from(tenants).where(eq(tenants.id, tenantId))
  return rows[0]
}

/** One tenant, if there is such, locked until the transaction ends: nobody changes it meanwhile. */
export async function lockTenant(db: Db, tenantId: string): Promise<Tenant | undefined> {
  const rows = await db.select(shown).from(tenants).where(eq(tenants.id, tenantId)).for('no key update')
  return rows[0]
}

/** Where a page of tenants ended. */
export type TenantPosition = Pick<Tenant, 'id' | 'createdAt'>

/** All tenants, newest first. */
export function listTenants(
  db: Db,
  { olderThan, limit }: { olderThan?: TenantPosition | undefined; limit: number },
): Promise<Tenant[]> {
  return db
    .select(shown)
    .from(tenants)
    .where(
      and(
        // The operator's own is nobody's customer.
        ne(tenants.id, OPERATOR_TENANT),
        olderThan && sql`(${tenants.createdAt}, ${tenants.id}) < (${olderThan.createdAt}, ${olderThan.id})`,
      ),
    )
    .orderBy(desc(tenants.createdAt), desc(tenants.id))
    .limit(limit)
}

/**
 * Removes a tenant with its endpoints, subscriptions and secrets; its events stay until retention drops them.
 * @returns what it was; undefined when there was no such
 */
export async function deleteTenant(db: Db, tenantId: string): Promise<Tenant | undefined> {
  const rows = await db.delete(tenants).where(eq(tenants.id, tenantId)).returning(shown)
  return rows[0]
}

const versionsQuery = remembered((db: Db) =>
  db
    .select({ id: tenants.id, version: tenants.configVersion })
    .from(tenants)
    .where(among(tenants.id, sql.placeholder('tenantIds')))
    .prepare(UNNAMED),
)

/** How far the configuration of some tenants has come; one that does not exist is not in the answer. */
export async function configVersions(db: Db, tenantIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await versionsQuery(db).execute({ tenantIds })
  return new Map(rows.map(({ id, version }) => [id, version]))
}

/** Which tenants stand now under some ids; one that does not exist is not in the answer. */
export async function incarnations(db: Db, tenantIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: tenants.id, incarnation: tenants.incarnation })
    .from(tenants)
    .where(sql`${tenants.id} = any(${sql.param([...tenantIds])})`)
  return new Map(rows.map(({ id, incarnation }) => [id, incarnation]))
}

/**
 * Makes what processes have cached of a tenant's endpoints stale. Comes first in every transaction that changes them:
 * it locks the tenant's row, so that two changes to one tenant never interleave (limits hold) nor wait for each other
 * in a circle (tenant, then endpoints, then deliveries, everywhere).
 * @throws RingbackError `not_found` when there is no such tenant
 */
export async function bumpConfigVersion(db: Db, tenantId: string): Promise<void> {
  const rows = await db
    .update(tenants)
    .set({ configVersion: sql`${tenants.configVersion} + 1` })
    .where(eq(tenants.id, tenantId))
    .returning({ id: tenants.id })
  if (rows.length === 0) throw notFound('tenant')
}

/**
 * Keeps a tenant from being removed until the transaction ends, and others from adding to it meanwhile: what is counted
 * of it stays so many.
 * @returns whether there is such
 */
export async function holdTenant(db: Db, tenantId: string): Promise<boolean> {
  const rows = await db
    .select({ id: tenants.id })
    .from(tenants)
    .where(eq(tenants.id, tenantId))
    .for('no key update')
  return rows.length > 0
}

/** Tenants with days of their own. */
export async function tenantsWithDays(db: Db): Promise<{ id: string; retention: Retention }[]> {
  const rows = await db
    .select({ id: tenants.id, retention: tenants.retention })
    .from(tenants)
    .where(isNotNull(tenants.retention))
    .orderBy(tenants.id)
  return rows.map(({ id, retention }) => ({ id, retention: retention! }))
}

/** Has all erased that is a tenant's until now, in the transaction that deletes it. */
export async function beginErasure(db: Db, tenantId: string): Promise<void> {
  await db.insert(erasures).values({ tenantId }).onConflictDoNothing()
}

/** What is to be erased, asked for by then (milliseconds since the epoch). */
export function openErasures(db: Db, by: number): Promise<(typeof erasures.$inferSelect)[]> {
  return db
    .select()
    .from(erasures)
    .where(lte(erasures.requestedAt, new Date(by)))
    .orderBy(erasures.requestedAt)
}

/** Nothing is left of it. @returns false when another process has said so before */
export async function finishErasure(db: Db, tenantId: string, requestedAt: Date): Promise<boolean> {
  const { rowCount } = await db
    .delete(erasures)
    .where(and(eq(erasures.tenantId, tenantId), eq(erasures.requestedAt, requestedAt)))
  return rowCount === 1
}
