import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { tenants } from '../../tenants/table.ts'
import type { DisabledReason, EndpointStatus } from '../endpoint.ts'
import { endpoints } from '../table.ts'

/** Names an endpoint together with its owner. */
export interface EndpointRef {
  tenantId: string
  endpointId: Id<'endpoint'>
}

/** An endpoint to switch off, and why. */
export interface Disablement extends EndpointRef {
  reason: DisabledReason
  at: Date
}

/**
 * Switches endpoints off, and makes their tenants' caches stale. The tenants are locked first, in order, as every change
 * to endpoints does: call it before other writes to the same endpoints in a transaction.
 * @returns those that were on until now
 */
export async function disableEndpoints(db: Db, rows: readonly Disablement[]): Promise<EndpointRef[]> {
  const disabled = await db.execute<EndpointRef & Record<string, unknown>>(sql`
    with given as (
      select * from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))},
                           ${texts(rows.map((row) => row.reason))}, ${moments(rows.map((row) => row.at))})
        as given(tenant_id, endpoint_id, reason, at)
    ), owners as materialized (
      select id from ${tenants} where id in (select tenant_id from given) order by id for no key update
    ), disabled as (
      update ${endpoints} e
      set status = 'disabled', disabled_reason = g.reason, disabled_at = g.at
      from given g join owners o on o.id = g.tenant_id
      where e.id = g.endpoint_id and e.tenant_id = g.tenant_id and e.status <> 'disabled'
      returning e.tenant_id, e.id
    ), bumped as (
      update ${tenants} t set config_version = t.config_version + 1
      where t.id in (select tenant_id from disabled)
    )
    select tenant_id as "tenantId", id as "endpointId" from disabled`)
  return disabled.rows
}

/** How an endpoint's health stands. */
export interface HealthRow extends EndpointRef {
  failingSince: Date | null
  failedAttempts: number
}

/** Reads the health of endpoints and locks them, in the order of their ids, until what is judged of it is written. */
export function lockHealth(db: Db, endpointIds: readonly Id<'endpoint'>[]): Promise<HealthRow[]> {
  return db
    .select({
      tenantId: endpoints.tenantId,
      endpointId: endpoints.id,
      failingSince: endpoints.failingSince,
      failedAttempts: endpoints.failedAttempts,
    })
    .from(endpoints)
    .where(sql`${endpoints.id} = any(${sql.param([...endpointIds])})`)
    .orderBy(endpoints.id)
    .for('no key update')
}

/** How an endpoint's streak of failures stands after one more. */
export interface Failure extends EndpointRef {
  failingSince: Date
  failedAttempts: number
  status: Extract<EndpointStatus, 'active' | 'failing'>
}

/**
 * Keeps streaks of failures. Of two processes that count one streak, the one that saw more of it wins; an endpoint that
 * is paused or disabled stays so.
 */
export async function recordFailures(db: Db, rows: readonly Failure[]): Promise<void> {
  await db.execute(sql`
    with given as (
      select * from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))},
                           ${moments(rows.map((row) => row.failingSince))},
                           ${sql.param(rows.map((row) => row.failedAttempts))}::int[],
                           ${texts(rows.map((row) => row.status))})
        as given(tenant_id, endpoint_id, failing_since, failed_attempts, status)
    ), ${lockedInOrder}
    update ${endpoints} e
    set failing_since = least(e.failing_since, g.failing_since),
        failed_attempts = greatest(e.failed_attempts, g.failed_attempts),
        status = case when e.status = 'active' then g.status else e.status end
    from given g join locked l on l.id = g.endpoint_id
    where e.id = g.endpoint_id and e.tenant_id = g.tenant_id`)
}

/** Ends streaks of failures: all is well again. An endpoint that is paused or disabled stays so. */
export async function recordRecoveries(db: Db, rows: readonly EndpointRef[]): Promise<void> {
  await db.execute(sql`
    with given as (
      select * from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))})
        as given(tenant_id, endpoint_id)
    ), ${lockedInOrder}
    update ${endpoints} e
    set failing_since = null, failed_attempts = 0,
        status = case when e.status = 'failing' then 'active' else e.status end
    from given g join locked l on l.id = g.endpoint_id
    where e.id = g.endpoint_id and e.tenant_id = g.tenant_id`)
}

/** Locks the given endpoints in the order of their ids, so that two groups with the same ones never deadlock. */
const lockedInOrder = sql`locked as materialized (
      select id from ${endpoints} where id in (select endpoint_id from given) order by id for no key update
    )`

const texts = (values: readonly string[]) => sql`${sql.param(values)}::text[]`

const moments = (values: readonly Date[]) =>
  sql`${sql.param(values.map((at) => at.toISOString()))}::timestamptz[]`
