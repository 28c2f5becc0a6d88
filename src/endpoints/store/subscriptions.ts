import { and, asc, count, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import { among } from '../../db/among.ts'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { endpoints, subscriptions } from '../table.ts'

const { tenantId: _owner, ...shown } = getTableColumns(subscriptions)

/** What an endpoint wants, once. */
export type SubscriptionRow = Omit<typeof subscriptions.$inferSelect, 'tenantId'>

/** What a new subscription holds. */
export type NewSubscription = Pick<SubscriptionRow, 'id' | 'endpointId' | 'eventTypes' | 'filter'>

export async function insertSubscriptions(
  db: Db,
  tenantId: string,
  rows: readonly NewSubscription[],
): Promise<SubscriptionRow[]> {
  if (rows.length === 0) return []
  return db
    .insert(subscriptions)
    .values(rows.map((row) => ({ ...row, filter: filterColumn(row.filter), tenantId })))
    .returning(shown)
}

/** All subscriptions of some endpoints, oldest first. */
export function subscriptionsOf(
  db: Db,
  tenantId: string,
  endpointIds: readonly Id<'endpoint'>[],
): Promise<SubscriptionRow[]> {
  return db
    .select(shown)
    .from(subscriptions)
    .where(and(eq(subscriptions.tenantId, tenantId), among(subscriptions.endpointId, endpointIds)))
    .orderBy(asc(subscriptions.id))
}

/** The same for endpoints of many tenants: whoever asks has loaded them, for somebody who may see them all. */
export function subscriptionsOfAll(
  db: Db,
  endpointIds: readonly Id<'endpoint'>[],
): Promise<SubscriptionRow[]> {
  return db
    .select(shown)
    .from(subscriptions)
    .innerJoin(
      endpoints,
      and(eq(endpoints.tenantId, subscriptions.tenantId), eq(endpoints.id, subscriptions.endpointId)),
    )
    .where(among(endpoints.id, endpointIds))
    .orderBy(asc(subscriptions.id))
}

/** An endpoint's subscriptions, newest first. */
export function listSubscriptions(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  { olderThan, limit }: { olderThan?: Id<'subscription'> | undefined; limit: number },
): Promise<SubscriptionRow[]> {
  return db
    .select(shown)
    .from(subscriptions)
    .where(and(ofEndpoint(tenantId, endpointId), olderThan && lt(subscriptions.id, olderThan)))
    .orderBy(desc(subscriptions.id))
    .limit(limit)
}

/** How many subscriptions an endpoint has. */
export async function countSubscriptions(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
): Promise<number> {
  const rows = await db.select({ count: count() }).from(subscriptions).where(ofEndpoint(tenantId, endpointId))
  return rows[0]!.count
}

/** One of an endpoint's subscriptions, if there is such. */
export async function findSubscription(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  id: Id<'subscription'>,
): Promise<SubscriptionRow | undefined> {
  const rows = await db
    .select(shown)
    .from(subscriptions)
    .where(itself(tenantId, endpointId, id))
  return rows[0]
}

/** Changes what is given. The subscription as it is then; undefined when there is no such. */
export async function updateSubscription(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  id: Id<'subscription'>,
  changes: Partial<Pick<SubscriptionRow, 'eventTypes' | 'filter'>>,
): Promise<SubscriptionRow | undefined> {
  if (Object.keys(changes).length === 0) return findSubscription(db, tenantId, endpointId, id)
  const set = 'filter' in changes ? { ...changes, filter: filterColumn(changes.filter) } : changes
  const rows = await db
    .update(subscriptions)
    .set(set)
    .where(itself(tenantId, endpointId, id))
    .returning(shown)
  return rows[0]
}

/** @returns whether there was such */
export async function deleteSubscription(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  id: Id<'subscription'>,
): Promise<boolean> {
  const rows = await db
    .delete(subscriptions)
    .where(itself(tenantId, endpointId, id))
    .returning({ id: subscriptions.id })
  return rows.length > 0
}

/** Removes all subscriptions of an endpoint. */
export async function deleteSubscriptionsOf(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
): Promise<void> {
  await db.delete(subscriptions).where(ofEndpoint(tenantId, endpointId))
}

/** No filter is SQL's null; drizzle would write JSON's. */
const filterColumn = (filter: unknown) => filter ?? sql`null`

const ofEndpoint = (tenantId: string, endpointId: Id<'endpoint'>) =>
  and(eq(subscriptions.tenantId, tenantId), eq(subscriptions.endpointId, endpointId))

const itself = (tenantId: string, endpointId: Id<'endpoint'>, id: Id<'subscription'>) =>
  and(ofEndpoint(tenantId, endpointId), eq(subscriptions.id, id))
