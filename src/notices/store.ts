import { asc } from 'drizzle-orm'
import { among } from '../db/among.ts'
import type { Db } from '../db/open.ts'
import { type Id, newId } from '../ids.ts'
import { OPERATOR_TENANT } from '../tenants/tenant.ts'
import type { Notice } from './notice.ts'
import { notices } from './table.ts'

/** A notice that waits to become an event. */
export type NoticeRow = typeof notices.$inferSelect

/**
 * Gives notices, in the transaction of what they tell of. Nothing is told of the operator's own endpoints and
 * deliveries: a notice that fails would make a notice, without an end.
 */
export async function giveNotices(db: Db, given: readonly Notice[]): Promise<void> {
  const told = given.filter(({ tenantId }) => tenantId !== OPERATOR_TENANT)
  if (told.length === 0) return
  await db
    .insert(notices)
    .values(
      told.map(({ type, tenantId, data }) => ({ id: newId('notice'), type, data: { tenantId, ...data } })),
    )
}

/** The oldest notices; locked, and skipped by whoever else looks, until the transaction ends. */
export function takeNotices(db: Db, limit: number): Promise<NoticeRow[]> {
  return db.select().from(notices).orderBy(asc(notices.id)).limit(limit).for('update', { skipLocked: true })
}

/** Takes notices away that have become events. */
export async function removeNotices(db: Db, ids: readonly Id<'notice'>[]): Promise<void> {
  await db.delete(notices).where(among(notices.id, ids))
}
