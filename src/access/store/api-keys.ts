import { count, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { tenants } from '../../tenants/table.ts'
import { apiKeys } from '../table.ts'

const { hash: _secret, ...shown } = getTableColumns(apiKeys)

/** A key as it is shown: what is kept of its text stays here. */
export type ApiKeyRow = Omit<typeof apiKeys.$inferSelect, 'hash'>

/** What a new key begins with. */
export type NewApiKey = Omit<typeof apiKeys.$inferInsert, 'lastUsedAt' | 'createdAt'>

export async function insertApiKey(db: Db, key: NewApiKey): Promise<ApiKeyRow> {
  const rows = await db.insert(apiKeys).values(key).returning(shown)
  return rows[0]!
}

/** How many keys are bound to a tenant, those that have expired included. */
export async function countApiKeys(db: Db, tenantId: string): Promise<number> {
  const rows = await db.select({ count: count() }).from(apiKeys).where(eq(apiKeys.tenantId, tenantId))
  return rows[0]!.count
}

/** One key, if there is such. */
export async function findApiKey(db: Db, id: Id<'apiKey'>): Promise<ApiKeyRow | undefined> {
  const rows = await db.select(shown).from(apiKeys).where(eq(apiKeys.id, id))
  return rows[0]
}

/** All keys, newest first. */
export function listApiKeys(
  db: Db,
  { olderThan, limit }: { olderThan?: Id<'apiKey'> | undefined; limit: number },
): Promise<ApiKeyRow[]> {
  return db
    .select(shown)
    .from(apiKeys)
    .where(olderThan && lt(apiKeys.id, olderThan))
    .orderBy(desc(apiKeys.id))
    .limit(limit)
}

/** @returns what it was; undefined when there was no such */
export async function deleteApiKey(db: Db, id: Id<'apiKey'>): Promise<ApiKeyRow | undefined> {
  const rows = await db.delete(apiKeys).where(eq(apiKeys.id, id)).returning(shown)
  return rows[0]
}

/** A key with the hash of its text, and which tenant it is bound to. */
export type LoadedKey = typeof apiKeys.$inferSelect & { incarnation: string | null; since: Date | null }

/** Some keys, to tell who calls. */
export async function loadApiKeys(
  db: Db,
  ids: readonly Id<'apiKey'>[],
): Promise<Map<Id<'apiKey'>, LoadedKey>> {
  const rows = await db
    .select({ ...getTableColumns(apiKeys), incarnation: tenants.incarnation, since: tenants.createdAt })
    .from(apiKeys)
    .leftJoin(tenants, eq(tenants.id, apiKeys.tenantId))
    .where(sql`${apiKeys.id} = any(${sql.param([...ids])})`)
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Writes that keys are in use, for those of which it was not written within the last minute. A row that another process
 * is writing is passed over: it says the same.
 */
export async function recordUse(db: Db, ids: readonly Id<'apiKey'>[]): Promise<void> {
  await db.execute(sql`
    with unwritten as (
      select id from ${apiKeys}
      where id = any(${sql.param([...ids])}) and coalesce(last_used_at < now() - interval '1 minute', true)
      for no key update skip locked
    )
    update ${apiKeys} k set last_used_at = now() from unwritten where k.id = unwritten.id`)
}
