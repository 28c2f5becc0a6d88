import { and, asc, desc, eq, gte, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { firstIdAt, type Id } from '../../ids.ts'
import { OPERATOR_TENANT } from '../../tenants/tenant.ts'
import type { Answer, DeliveryStatus } from '../delivery.ts'
import { deliveries } from '../table.ts'

/** A delivery as stored; `createdAt` is the time in its id. */
export type DeliveryRow = typeof deliveries.$inferSelect

/** Which deliveries a list wants; times are of creation, `after` inclusive, `before` exclusive. */
export interface DeliveryQuery {
  endpointId?: Id<'endpoint'> | undefined
  eventId?: Id<'event'> | undefined
  eventType?: string | undefined
  status?: DeliveryStatus | undefined
  /** What came of the last attempt. */
  answer?: Answer | undefined
  after?: Date | undefined
  before?: Date | undefined
  /** Where the last page ended. */
  olderThan?: Id<'delivery'> | undefined
  limit: number
}

/** A tenant's deliveries, newest first. */
export function listDeliveries(db: Db, tenantId: string, query: DeliveryQuery): Promise<DeliveryRow[]> {
  return list(db, eq(deliveries.tenantId, tenantId), query)
}

/** The deliveries of all tenants but the operator's own, newest first. */
export function listAllDeliveries(db: Db, query: DeliveryQuery): Promise<DeliveryRow[]> {
  return list(db, ne(deliveries.tenantId, OPERATOR_TENANT), query)
}

/** Times become id ranges, so that partitions prune. */
function list(db: Db, owner: SQL, query: DeliveryQuery): Promise<DeliveryRow[]> {
  return db
    .select()
    .from(deliveries)
    .where(
      and(
        owner,
        query.endpointId && eq(deliveries.endpointId, query.endpointId),
        query.eventId && eq(deliveries.eventId, query.eventId),
        query.eventType === undefined ? undefined : eq(deliveries.eventType, query.eventType),
        query.status && eq(deliveries.status, query.status),
        query.answer && eq(deliveries.lastAnswer, query.answer),
        query.after && gte(deliveries.id, firstIdAt('delivery', query.after.getTime())),
        query.before && lt(deliveries.id, firstIdAt('delivery', query.before.getTime())),
        query.olderThan && lt(deliveries.id, query.olderThan),
      ),
    )
    .orderBy(desc(deliveries.id))
    .limit(query.limit)
}

/** One of a tenant's deliveries. */
export async function findDelivery(
  db: Db,
  tenantId: string,
  id: Id<'delivery'>,
): Promise<DeliveryRow | undefined> {
  const rows = await db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.id, id)))
  return rows[0]
}

/** Some deliveries, the oldest first: whoever asks has found their ids by the owner. */
export function loadDeliveries(db: Db, ids: readonly Id<'delivery'>[]): Promise<DeliveryRow[]> {
  return db
    .select()
    .from(deliveries)
    .where(sql`${deliveries.id} = any(${sql.param([...ids])})`)
    .orderBy(asc(deliveries.id))
}

/** As `findDelivery`, and locked until the transaction ends. */
export async function lockDelivery(
  db: Db,
  tenantId: string,
  id: Id<'delivery'>,
): Promise<DeliveryRow | undefined> {
  const rows = await db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.id, id)))
    .for('no key update')
  return rows[0]
}

/** The deliveries of one event, in the order of their making. */
export function deliveriesOfEvent(db: Db, tenantId: string, eventId: Id<'event'>): Promise<DeliveryRow[]> {
  return db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.eventId, eventId)))
    .orderBy(deliveries.id)
}
