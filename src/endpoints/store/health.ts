import { asc, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { tenants } from '../../tenants/table.ts'
import type { DisabledReason, EndpointStatus } from '../endpoint.ts'
import type { Circuit, Health } from '../health.ts'
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

/** An endpoint that was switched off. */
export interface Disabled extends EndpointRef {
  reason: DisabledReason
  /** What it was until then. */
  former: EndpointStatus
}

/**
 * Switches endpoints off, and makes their tenants' caches stale. The tenants are locked first, in order, as every change
 * to endpoints does: call it before other writes to the same endpoints in a transaction.
 * @returns those that were on until now
 */
export async function disableEndpoints(db: Db, rows: readonly Disablement[]): Promise<Disabled[]> {
  const disabled = await db.execute<Disabled & Record<string, unknown>>(sql`
    with given as (
      select * from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))},
                           ${texts(rows.map((row) => row.reason))}, ${moments(rows.map((row) => row.at))})
        as given(tenant_id, endpoint_id, reason, at)
    ), owners as materialized (
      select id from ${tenants} where id in (select tenant_id from given) order by id for no key update
    ), standing as materialized (
      select e.id, e.status, g.reason, g.at
      from given g join owners o on o.id = g.tenant_id
      join ${endpoints} e on e.id = g.endpoint_id and e.tenant_id = g.tenant_id
      where e.status <> 'disabled'
      order by e.id
      for no key update of e
    ), disabled as (
      update ${endpoints} e
      set status = 'disabled', disabled_reason = s.reason, disabled_at = coalesce(s.at, now()), updated_at = now(),
          circuit_opened_at = null, probe_at = null, probes = 0, probe_delivery_id = null
      from standing s
      where e.id = s.id
      returning e.tenant_id, e.id, s.reason, s.status as former
    ), bumped as (
      update ${tenants} t set config_version = t.config_version + 1
      where t.id in (select tenant_id from disabled)
    )
    select tenant_id as "tenantId", id as "endpointId", reason, former from disabled`)
  return disabled.rows
}

/** The health of one endpoint. */
export interface HealthRow extends EndpointRef, Health {
  /** When this was so, by Postgres' clock: those of workers may differ, and what follows is waited for by this one. */
  at: Date
}

/**
 * The health of some endpoints, locked until the transaction ends: attempts that end at the same time are counted one
 * after the other. Locked in the order of their ids, so that two groups with the same endpoints never deadlock.
 */
export async function lockHealth(db: Db, endpointIds: readonly Id<'endpoint'>[]): Promise<HealthRow[]> {
  const { id, tenantId, failingSince, failedAttempts, circuitOpenedAt, probes, probeAt } = endpoints
  const rows = await db
    .select({
      tenantId,
      endpointId: id,
      failingSince,
      failedAttempts,
      circuitOpenedAt,
      probes,
      probeAt,
      at: NOW,
    })
    .from(endpoints)
    .where(sql`${id} = any(${sql.param([...endpointIds])})`)
    .orderBy(asc(id))
    .for('no key update')
  return rows.map(({ circuitOpenedAt: openedAt, probes, probeAt, ...row }) => ({
    ...row,
    circuit: openedAt && { openedAt, probes, probeAt: probeAt ?? openedAt },
  }))
}

const NOW = sql`clock_timestamp()`.mapWith(endpoints.createdAt)

/** A streak of failures that begins or goes on. */
export interface Failure extends EndpointRef {
  failingSince: Date
  failedAttempts: number
  status: Extract<EndpointStatus, 'active' | 'failing'>
  circuit: Circuit | null
}

/**
 * Keeps streaks of failures, judged under `lockHealth`; of an open circuit how its probes went. An endpoint that is
 * paused or disabled stays so. Opening a circuit is `openCircuits`.
 * @returns those that are shown as failing from now on
 */
export async function recordFailures(db: Db, rows: readonly Failure[]): Promise<EndpointRef[]> {
  const { rows: turned } = await db.execute<EndpointRef & { turned: boolean } & Record<string, unknown>>(sql`
    with before as (
      select id, status from ${endpoints} where id = any(${sql.param(rows.map((row) => row.endpointId))})
    )
    update ${endpoints} e
    set failing_since = g.failing_since, failed_attempts = g.failed_attempts,
        status = case when e.status in ('active', 'failing') then g.status else e.status end,
        probes = case when e.circuit_opened_at is null then e.probes else coalesce(g.probes, e.probes) end,
        probe_at = case when e.circuit_opened_at is null then e.probe_at else coalesce(g.probe_at, e.probe_at) end,
        probe_delivery_id = case when g.probes > e.probes then null else e.probe_delivery_id end
    from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))},
                ${moments(rows.map((row) => row.failingSince))},
                ${sql.param(rows.map((row) => row.failedAttempts))}::int[], ${texts(rows.map((row) => row.status))},
                ${sql.param(rows.map((row) => row.circuit?.probes ?? null))}::int[],
                ${moments(rows.map((row) => row.circuit?.probeAt))})
      as g(tenant_id, endpoint_id, failing_since, failed_attempts, status, probes, probe_at)
    join before on before.id = g.endpoint_id
    where e.id = g.endpoint_id and e.tenant_id = g.tenant_id
    returning e.tenant_id as "tenantId", e.id as "endpointId", before.status = 'active' and e.status = 'failing' as turned`)
  return turned.filter((row) => row.turned).map(({ tenantId, endpointId }) => ({ tenantId, endpointId }))
}

/**
 * Ends streaks of failures, judged under `lockHealth`. An endpoint that is paused or disabled stays so. Closing a
 * circuit is `closeCircuits`.
 */
export async function recordRecoveries(db: Db, rows: readonly EndpointRef[]): Promise<void> {
  await db.execute(sql`
    update ${endpoints} e
    set failing_since = null, failed_attempts = 0,
        status = case when e.status = 'failing' then 'active' else e.status end
    from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))})
      as g(tenant_id, endpoint_id)
    where e.id = g.endpoint_id and e.tenant_id = g.tenant_id`)
}

/** A circuit that is to open. */
export interface Opening extends EndpointRef {
  circuit: Circuit
}

/**
 * Opens circuits that are closed, of endpoints that are on. Makes caches stale and locks tenants first, as
 * `disableEndpoints` does.
 * @returns those that were closed until now
 */
export async function openCircuits(db: Db, rows: readonly Opening[]): Promise<EndpointRef[]> {
  const { rows: opened } = await db.execute<EndpointRef & Record<string, unknown>>(sql`
    with given as (
      select * from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))},
                           ${moments(rows.map((row) => row.circuit.openedAt))}, ${moments(rows.map((row) => row.circuit.probeAt))})
        as given(tenant_id, endpoint_id, opened_at, probe_at)
    ), owners as materialized (
      select id from ${tenants} where id in (select tenant_id from given) order by id for no key update
    ), opened as (
      update ${endpoints} e
      set circuit_opened_at = g.opened_at, probe_at = g.probe_at, probes = 0, probe_delivery_id = null
      from given g join owners o on o.id = g.tenant_id
      where e.id = g.endpoint_id and e.tenant_id = g.tenant_id
        and e.circuit_opened_at is null and e.status in ('active', 'failing') and e.failing_since is not null
      returning e.tenant_id, e.id
    ), bumped as (
      update ${tenants} t set config_version = t.config_version + 1 where t.id in (select tenant_id from opened)
    )
    select tenant_id as "tenantId", id as "endpointId" from opened`)
  return opened
}

/**
 * Closes circuits: what was held may go on, slowly at first. Makes caches stale and locks tenants first.
 * @returns those that were open until now
 */
export async function closeCircuits(db: Db, rows: readonly EndpointRef[]): Promise<EndpointRef[]> {
  const { rows: closed } = await db.execute<EndpointRef & Record<string, unknown>>(sql`
    with given as (
      select * from unnest(${texts(rows.map((row) => row.tenantId))}, ${texts(rows.map((row) => row.endpointId))})
        as given(tenant_id, endpoint_id)
    ), owners as materialized (
      select id from ${tenants} where id in (select tenant_id from given) order by id for no key update
    ), closed as (
      update ${endpoints} e
      set circuit_opened_at = null, probe_at = null, probes = 0, probe_delivery_id = null, resumed_at = now()
      from given g join owners o on o.id = g.tenant_id
      where e.id = g.endpoint_id and e.tenant_id = g.tenant_id and e.circuit_opened_at is not null
      returning e.tenant_id, e.id, e.status
    ), bumped as (
      update ${tenants} t set config_version = t.config_version + 1 where t.id in (select tenant_id from closed)
    )
    select tenant_id as "tenantId", id as "endpointId" from closed where status in ('active', 'failing')`)
  return closed
}

const texts = (values: readonly string[]) => sql`${sql.param(values)}::text[]`

const moments = (values: readonly (Date | undefined)[]) =>
  sql`${sql.param(values.map((at) => at?.toISOString() ?? null))}::timestamptz[]`
