/** What the sweeper feeds to the queue. */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { SECOND } from '../../duration.ts'
import type { Id } from '../../ids.ts'
import type { Traceparent } from '../../trace-context.ts'
import type { Trigger } from '../delivery.ts'
import { MOST_TOGETHER, PARTS } from '../shared-alarm.ts'
import { updateInOrder } from './in-order.ts'
import { ALARM_GRACE, PUT_BACK, seconds } from './times.ts'
import { RESUMED, WAITING } from './waiting.ts'

/** An alarm to be set. */
export interface Alarm {
  id: Id<'delivery'>
  endpointId: Id<'endpoint'>
  /** The number that the attempt will have. */
  attempt: number
  /** Until it must ring; 0 or less: now. */
  delayMs: number
  /** Who asks for it. */
  trigger: Trigger
  /** The delivery whose alarm it shares, if it does. */
  sharedAlarm?: Id<'delivery'> | null
  /** It shares that alarm from now on; without, it has shared one for some time, which may be there still. */
  isJoining?: boolean
  /** The trace of its event, where that is known. */
  traceparent?: Traceparent | null | undefined
}

type AlarmRow = Pick<Alarm, 'id' | 'attempt' | 'trigger'> & {
  endpoint_id: Id<'endpoint'>
  shared_alarm: Id<'delivery'> | null
  delay_ms: number
}

/** Whether anything is due, or nearly, that has no live alarm: one look at the head of an index. */
export async function anyUnalarmed(db: Db): Promise<boolean> {
  const { rows } = await db.execute<{ any: boolean }>(
    sql`select exists (select from ringback.deliveries where wake_at <= now()) as any`,
  )
  return rows[0]!.any
}

/** An endpoint that something waits for. */
export interface WaitingEndpoint {
  endpointId: Id<'endpoint'>
  tenantId: string
  /** Something of it is due, or nearly, that has no live alarm. */
  isDue: boolean
}

/**
 * The next endpoints that something waits for, in the order of their ids. Jumps along the index from endpoint to
 * endpoint, so the cost is theirs and not that of what waits for them.
 * @param after where the last look ended; null: from the first
 */
export async function waitingEndpoints(
  db: Db,
  after: Id<'endpoint'> | null,
  limit: number,
): Promise<WaitingEndpoint[]> {
  const next = (from: SQL) => sql`
    select endpoint_id, tenant_id, wake_at from ringback.deliveries
    where endpoint_id > ${from} and status in (${WAITING})
    order by endpoint_id, wake_at limit 1`
  const { rows } = await db.execute<{ endpoint_id: Id<'endpoint'>; tenant_id: string; is_due: boolean }>(sql`
    with recursive waiting as (
      (${next(sql`${after ?? ''}`)})
      union all
      select next.* from waiting cross join lateral (${next(sql.raw('waiting.endpoint_id'))}) as next
    )
    select endpoint_id, tenant_id, coalesce(wake_at <= now(), false) as is_due from waiting limit ${limit}`)
  return rows.map((row) => ({ endpointId: row.endpoint_id, tenantId: row.tenant_id, isDue: row.is_due }))
}

/** How many alarms may be added for an endpoint. */
export interface Feeding {
  endpointId: Id<'endpoint'>
  most: number
}

/**
 * Takes deliveries of these endpoints that are due, or nearly, and have no live alarm: of each the longest waiting
 * first, and no more than leaves it with `upTo` live ones. Several sweepers beside each other skip each other's.
 * What is taken is looked at again after its grace, should the alarm be lost. What never had an alarm shares one from now
 * on, as what is accepted together does (`shareAlarms`); of others some may have a shared one still, which only the queue knows.
 */
export async function takeUnalarmed(db: Db, feedings: readonly Feeding[], upTo: number): Promise<Alarm[]> {
  const column = (key: keyof Feeding) => sql.param(feedings.map((feeding) => feeding[key]))
  const { rows } = await db.execute<AlarmRow & { is_joining: boolean }>(sql`
    with unalarmed as (
      select d.id, d.is_new
      from unnest(${column('endpointId')}::text[], ${column('most')}::int[]) as e (id, most)
      cross join lateral (
        select least(e.most, ${upTo}::int - count(*)) as room from (${alarmedOf(sql.raw('e.id'), upTo)}) as alarmed
      ) as share
      cross join lateral (
        select id, ${IS_NEW} as is_new from ringback.deliveries
        where endpoint_id = e.id and status in (${WAITING}) and wake_at <= now()
        order by wake_at
        limit share.room
        for update skip locked
      ) as d
    ), numbered as (
      select id, is_new, row_number() over (partition by is_new order by id) - 1 as n,
        least(${MOST_TOGETHER}::int, ceil(count(*) over (partition by is_new) / ${PARTS}::float8)::int) as size
      from unalarmed
    ), joined as (
      select id, case when is_new and size > 1 then min(id) over (partition by is_new, n / size) end as first
      from numbered
    )
    update ringback.deliveries d
    set wake_at = greatest(d.due_at, now()) + ${seconds(ALARM_GRACE)},
      shared_alarm = coalesce(joined.first, d.shared_alarm)
    from joined
    where d.id = joined.id
    returning d.id, d.endpoint_id, d.attempt_count + 1 as attempt, d.trigger, d.shared_alarm,
      joined.first is not null as is_joining, extract(epoch from d.due_at - now())::float8 * 1000 as delay_ms`)
  return rows.map(({ delay_ms, is_joining, ...row }) => ({
    ...alarmOf(row, delay_ms),
    isJoining: is_joining,
  }))
}

/**
 * Of a delivery that never had an alarm: it was stored without one, to be looked at as soon as it was due. Every alarm, and
 * whatever else becomes of it, moves one of the two.
 */
const IS_NEW = sql.raw(
  `(attempt_count = 0 and trigger <> 'recovery' and shared_alarm is null and wake_at = due_at)`,
)

const alarmOf = (
  { endpoint_id, shared_alarm, ...alarm }: Omit<AlarmRow, 'delay_ms'>,
  delayMs: number,
): Alarm => ({ ...alarm, endpointId: endpoint_id, sharedAlarm: shared_alarm, delayMs })

/** How many alarms of these endpoints are live; counted no further than `most`. An endpoint without any is left out. */
export async function countAlarmed(
  db: Db,
  endpointIds: readonly Id<'endpoint'>[],
  most: number,
): Promise<Map<Id<'endpoint'>, number>> {
  const { rows } = await db.execute<{ id: Id<'endpoint'>; alarmed: number }>(sql`
    select e.id, live.alarmed
    from unnest(${sql.param([...endpointIds])}::text[]) as e (id)
    cross join lateral (select count(*)::int as alarmed from (${alarmedOf(sql.raw('e.id'), most)}) as alive) as live
    where live.alarmed > 0`)
  return new Map(rows.map(({ id, alarmed }) => [id, alarmed]))
}

/** Of one endpoint: what waits and has a live alarm. */
const alarmedOf = (endpointId: SQL, most: number) => sql`
  select from ringback.deliveries
  where endpoint_id = ${endpointId} and status in (${WAITING}) and ${IS_ALARMED}
  limit ${most}`

/**
 * How many live alarms each tenant has for what is due, among the newest `most` of all together. Of what is not due yet the
 * alarm lies aside, and does not stand before another.
 */
export async function countAlarmedOfTenants(db: Db, most: number): Promise<Map<string, number>> {
  const { rows } = await db.execute<{ tenant_id: string; alarmed: number }>(sql`
    select tenant_id, count(*)::int as alarmed
    from (
      select tenant_id, due_at from ringback.deliveries where ${IS_ALARMED} order by wake_at desc limit ${most}
    ) as alarmed
    where due_at <= now()
    group by tenant_id`)
  return new Map(rows.map(({ tenant_id, alarmed }) => [tenant_id, alarmed]))
}

/** It rings within the grace, or somebody has it in hand. */
const IS_ALARMED = sql`(wake_at > now() and wake_at <= now() + ${seconds(ALARM_GRACE)})`

/** How long a probe may take before its circuit is probed again: longer than any attempt, and a lost alarm. */
const PROBE_PATIENCE = 60 * SECOND

/**
 * Takes the oldest delivery that waits for each open circuit that is to be probed now, and lets it through. Several
 * processes beside each other skip each other's.
 */
export async function takeProbes(db: Db, limit: number): Promise<Alarm[]> {
  const { rows } = await db.execute<Omit<AlarmRow, 'delay_ms'>>(sql`
    with due as materialized (
      select id from ringback.endpoints
      where probe_at <= now() and circuit_opened_at is not null and status in ('active', 'failing')
      order by probe_at limit ${limit}
      for no key update skip locked
    ), oldest as materialized (
      select due.id as endpoint_id, waiting.id
      from due cross join lateral (
        select min(id) as id from ringback.deliveries
        where endpoint_id = due.id and status = 'held' and waiting_for = 'circuit'
      ) as waiting
      where waiting.id is not null
    ), locked as materialized (
      select d.id, d.endpoint_id from ringback.deliveries d
      where d.id in (select id from oldest) and d.status = 'held'
      order by d.id
      for update
    ), probing as (
      update ringback.endpoints e
      set probe_delivery_id = locked.id, probe_at = now() + ${seconds(PROBE_PATIENCE)}
      from locked where e.id = locked.endpoint_id
    )
    update ringback.deliveries d
    set status = ${RESUMED}, waiting_for = null, due_at = now(), wake_at = now() + ${seconds(ALARM_GRACE)}
    from locked
    where d.id = locked.id
    returning d.id, d.endpoint_id, d.attempt_count + 1 as attempt, d.trigger, d.shared_alarm`)
  return rows.map((row) => alarmOf(row, 0))
}

/** A delivery that is put back. */
export interface PutBack {
  id: Id<'delivery'>
  /** When it is to be looked at again; null: after a rest. */
  againInMs: number | null
}

/**
 * Puts back deliveries whose endpoint has no place for them now; the alarm that rang has done with them. They count as its
 * live alarms until they are looked at again, so an endpoint that stands still is not asked again and again.
 */
export async function putBack(db: Db, rows: readonly PutBack[]): Promise<void> {
  const ids = sql`${sql.param(rows.map(({ id }) => id))}::text[]`
  const agains = sql`${sql.param(rows.map(({ againInMs }) => againInMs))}::float8[]`
  await db.execute(
    updateInOrder(
      sql`wake_at = now() + coalesce((${agains})[array_position(${ids}, d.id)] * interval '1 millisecond',
        (1 + random()) * ${seconds(PUT_BACK)}), shared_alarm = null`,
      sql`d.id = any(${ids}) and d.wake_at is not null`,
    ),
  )
}

/** Lets go of deliveries that their shared alarm will not ring for: those that wait are due for an alarm of their own. */
export async function letGo(db: Db, ids: readonly Id<'delivery'>[]): Promise<void> {
  await db.execute(
    updateInOrder(
      sql`shared_alarm = null, wake_at = case when d.wake_at is not null then now() end`,
      hasShared(ids),
    ),
  )
}

/** Notes that the shared alarm of these deliveries is lost; they are about to have one of their own. */
export async function forgetShared(db: Db, ids: readonly Id<'delivery'>[]): Promise<void> {
  await db.execute(updateInOrder(sql`shared_alarm = null`, hasShared(ids)))
}

const hasShared = (ids: readonly Id<'delivery'>[]) =>
  sql`d.id = any(${sql.param([...ids])}::text[]) and d.shared_alarm is not null`
