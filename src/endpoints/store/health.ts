import { asc, sql } from 'drizzle-orm'
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
  /** Left out: now, by Postgres' clock. */
  at?: Date
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
      set status = 'disabled', disabled_reason = g.reason, disabled_at = coalesce(g.at, now()), updated_at = now()
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

/** How an endpoint's streak of failures stands. */
export interface HealthRow extends EndpointRef {
  /** The first failure since the last success; null while all is well. */
  failingSince: Date | null
  /** Failed attempts since then. */
  failedAttempts: number
}

/**
 * The health of some endpoints, locked until the transaction ends: attempts that end at the same time are counted one
 * after the other. Locked in the order of their ids, so that two groups with the same endpoints never deadlock.
 */
export function lockHealth(db: Db, endpointIds: readonly Id<'endpoint'>[]): Promise<HealthRow[]> {
  const { id, tenantId, failingSince, failedAttempts } = endpoints
  return db
    .select({ tenantId, endpointId: id, failingSince, failedAttempts })
    .from(endpoints)
    .where(sql`${id} = any(${sql.param([...endpointIds])})`)
    .orderBy(asc(id))
    .for('no key update')
}

/** A streak of failures that begins or goes on. */
export interface Failure extends EndpointRef {
  failingSince: Date
  failedAttempts: number
  status: Extract<EndpointStatus, 'active' | 'failing'>
}

/** Keeps streaks of failures, judged under `lockHealth`. An endpoint that is paused or disabled stays so. */
export async function recordFailures(db: Db, rows: readonly Failure[]): Promise<void> {
  await db.execute(sql`
    update ${endpoints} e
    set failing_since = g.failing_since, failed_attempts = g.failed_attempts,
        status = case when e.status in ('active', 'failing') then g.status else e.status end
    from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))},
                ${moments(rows.map((row) => row.failingSince))},
                ${sql.param(rows.map((row) => row.failedAttempts))}::int[], ${texts(rows.map((row) => row.status))})
      as g(tenant_id, endpoint_id, failing_since, failed_attempts, status)
    where e.id = g.endpoint_id and e.tenant_id = g.tenant_id`)
}

/** Ends streaks of failures, judged under `lockHealth`. An endpoint that is paused or disabled stays so. */
export async function recordRecoveries(db: Db, rows: readonly EndpointRef[]): Promise<void> {
  await db.execute(sql`
    update ${endpoints} e
    set failing_since = null, failed_attempts = 0,
        status = case when e.status = 'failing' then 'active' else e.status end
    from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))})
      as g(tenant_id, endpoint_id)
    where e.id = g.endpoint_id and e.tenant_id = g.tenant_id`)
}

const texts = (values: readonly string[]) => sql`${sql.param(values)}::text[]`

const moments = (values: readonly (Date | undefined)[]) =>
  sql`${sql.param(values.map((at) => at?.toISOString() ?? null))}::timestamptz[]`
