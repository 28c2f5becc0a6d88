/** How things stand at this moment, which is counted and not rolled up. */
import { count, eq, ne, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { WAITING_STATUSES } from '../../deliveries/delivery.ts'
import type { EndpointStatus } from '../../endpoints/endpoint.ts'
import { endpoints } from '../../endpoints/table.ts'
import type { Id } from '../../ids.ts'
import { OPERATOR_TENANT } from '../../tenants/tenant.ts'

/** How many deliveries wait, by status. */
export type Waiting = Record<(typeof WAITING_STATUSES)[number], number>

/**
 * What waits for an endpoint; for a tenant's, without one; for all but the operator's own, with an empty tenant. Walks the index
 * of what waits, endpoint by endpoint, so the cost is that of what waits and not of what there ever was.
 */
export async function countWaiting(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'> | '',
): Promise<Waiting> {
  const ofWhom =
    tenantId === ''
      ? sql`tenant_id <> ${OPERATOR_TENANT}`
      : endpointId === ''
        ? sql`tenant_id = ${tenantId} and endpoint_id in (select id from ${endpoints} where tenant_id = ${tenantId})`
        : sql`tenant_id = ${tenantId} and endpoint_id = ${endpointId}`
  const { rows } = await db.execute<{ status: keyof Waiting; n: number }>(sql`
    select status, count(*)::int as n from ringback.deliveries
    where status in ('pending', 'retrying', 'held') and ${ofWhom} group by status`)
  const counted = new Map(rows.map(({ status, n }) => [status, n]))
  return Object.fromEntries(WAITING_STATUSES.map((status) => [status, counted.get(status) ?? 0])) as Waiting
}

/** How many endpoints a tenant has, by status; with an empty tenant, all but the operator's own. */
export async function countEndpoints(db: Db, tenantId: string): Promise<Map<EndpointStatus, number>> {
  const rows = await db
    .select({ status: endpoints.status, n: count() })
    .from(endpoints)
    .where(tenantId === '' ? ne(endpoints.tenantId, OPERATOR_TENANT) : eq(endpoints.tenantId, tenantId))
    .groupBy(endpoints.status)
  return new Map(rows.map(({ status, n }) => [status, n]))
}
