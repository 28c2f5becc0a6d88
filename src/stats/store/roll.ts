/** Rolling up. */
import { and, eq, lt, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { MINUTE } from '../../duration.ts'
import { firstIdAt, type IdKind, timeOfId } from '../../ids.ts'
import { OPERATOR_TENANT } from '../../tenants/tenant.ts'
import { GROWTH } from '../histogram.ts'
import { type Span, stats, statsProgress } from '../table.ts'

/**
 * Sums up minutes, or sums them up anew: safe beside itself, and however often. Times become id ranges, so that partitions
 * prune and only what lies in these minutes is read. What has not changed is not written.
 * @param from a whole minute, in milliseconds since the epoch
 * @param to likewise; not included
 */
export async function rollMinutes(db: Db, from: number, to: number): Promise<void> {
  const starts = Array.from({ length: (to - from) / MINUTE }, (_, i) => from + i * MINUTE)
  const ats = sql`${sql.param(starts.map((at) => new Date(at).toISOString()))}::timestamptz[]`
  /** When the thing was made, to the minute: ids sort by time. */
  const minuteOf = (kind: IdKind) =>
    sql`(${ats})[width_bucket(id, ${sql.param(starts.map((at) => firstIdAt(kind, at)))}::text[])]`
  const within = (kind: IdKind) => sql`id >= ${firstIdAt(kind, from)} and id < ${firstIdAt(kind, to)}`
  const counts = (value: string, as: string) =>
    sql.raw(`
    select at, tenant_id, endpoint_id, jsonb_object_agg(key, n) as ${as} from (
      select at, tenant_id, endpoint_id, ${value} as key, sum(n) as n from graded
      where kind = 'attempt' and ${value} is not null group by 1, 2, 3, 4
    ) as counted group by 1, 2, 3`)

  await db.execute(sql`
    with facts as materialized (
      select ${minuteOf('attempt')} as at, tenant_id, endpoint_id, 'attempt' as kind, succeeded, error,
             response_status as status, ceil(ln(greatest(duration_ms, 1)) / ln(${sql.raw(`${GROWTH}`)}))::int as bucket, count(*) as n
      from ringback.attempts where ${within('attempt')} group by 1, 2, 3, 5, 6, 7, 8
      union all
      select ${minuteOf('delivery')}, tenant_id, endpoint_id, 'delivery', null, null, null, null, count(*)
      from ringback.deliveries where ${within('delivery')} group by 1, 2, 3
      union all
      select ${minuteOf('event')}, tenant_id, '', 'event', null, null, null, null, count(*)
      from ringback.events where ${within('event')} group by 1, 2
      union all
      select date_trunc('minute', completed_at), tenant_id, endpoint_id, status, null, null, null, null, count(*)
      from ringback.deliveries
      where status in ('failed', 'canceled') and completed_at >= ${new Date(from).toISOString()}::timestamptz
        and completed_at < ${new Date(to).toISOString()}::timestamptz
      group by 1, 2, 3, 4
    ), graded as materialized (
      select at, tenant_id, endpoint_id, kind, succeeded, error, status, bucket, n from facts where kind <> 'event'
      union all
      select at, tenant_id, '', kind, succeeded, error, status, bucket, n from facts where kind <> 'delivery'
      union all
      select at, '', '', kind, succeeded, error, status, bucket, n from facts
      where kind <> 'delivery' and tenant_id <> ${OPERATOR_TENANT}
    ), totals as (
      select at, tenant_id, endpoint_id,
             coalesce(sum(n) filter (where kind = 'attempt'), 0) as attempts,
             coalesce(sum(n) filter (where kind = 'attempt' and succeeded), 0) as succeeded,
             coalesce(sum(n) filter (where kind in ('event', 'delivery')), 0) as events,
             coalesce(sum(n) filter (where kind = 'failed'), 0) as failed,
             coalesce(sum(n) filter (where kind = 'canceled'), 0) as canceled
      from graded group by 1, 2, 3
    ), errors as (${counts('error', 'errors')}), statuses as (${counts('status::text', 'statuses')}),
       latency as (${counts('bucket::text', 'latency')})
    insert into ${stats} as standing (span, tenant_id, endpoint_id, at, attempts, succeeded, events, failed, canceled,
                                      errors, statuses, latency)
    select 'minute', tenant_id, endpoint_id, at, attempts, succeeded, events, failed, canceled,
           coalesce(errors, '{}'), coalesce(statuses, '{}'), coalesce(latency, '{}')
    from totals
    left join errors using (at, tenant_id, endpoint_id)
    left join statuses using (at, tenant_id, endpoint_id)
    left join latency using (at, tenant_id, endpoint_id)
    order by tenant_id, endpoint_id, at
    on conflict (span, tenant_id, endpoint_id, at) do update set ${RENEWED}
    where ${CHANGED}`)
}

/**
 * Sums an hour up from its minutes; safe beside itself, and however often.
 * @param at when it begins, in milliseconds since the epoch
 */
export async function rollHour(db: Db, at: number): Promise<void> {
  const begins = sql`${new Date(at).toISOString()}::timestamptz`
  const counts = (column: string) =>
    sql.raw(`
    select tenant_id, endpoint_id, jsonb_object_agg(key, n) as ${column} from (
      select tenant_id, endpoint_id, key, sum(value::int) as n from minutes, jsonb_each_text(${column}) group by 1, 2, 3
    ) as counted group by 1, 2`)
  await db.execute(sql`
    with minutes as materialized (
      select * from ${stats} where span = 'minute' and at >= ${begins} and at < ${begins} + interval '1 hour'
    ), totals as (
      select tenant_id, endpoint_id, sum(attempts) as attempts, sum(succeeded) as succeeded, sum(events) as events,
             sum(failed) as failed, sum(canceled) as canceled
      from minutes group by 1, 2
    ), errors as (${counts('errors')}), statuses as (${counts('statuses')}), latency as (${counts('latency')})
    insert into ${stats} as standing (span, tenant_id, endpoint_id, at, attempts, succeeded, events, failed, canceled,
                                      errors, statuses, latency)
    select 'hour', tenant_id, endpoint_id, ${begins}, attempts, succeeded, events, failed, canceled,
           coalesce(errors, '{}'), coalesce(statuses, '{}'), coalesce(latency, '{}')
    from totals
    left join errors using (tenant_id, endpoint_id)
    left join statuses using (tenant_id, endpoint_id)
    left join latency using (tenant_id, endpoint_id)
    order by tenant_id, endpoint_id
    on conflict (span, tenant_id, endpoint_id, at) do update set ${RENEWED}
    where ${CHANGED}`)
}

const COLUMNS = ['attempts', 'succeeded', 'events', 'failed', 'canceled', 'errors', 'statuses', 'latency']
const RENEWED = sql.raw(COLUMNS.map((one) => `${one} = excluded.${one}`).join(', '))
const CHANGED = sql.raw(
  `(${COLUMNS.map((one) => `standing.${one}`)}) is distinct from (${COLUMNS.map((one) => `excluded.${one}`)})`,
)

/**
 * When the first of what can be summed up happened; undefined when nothing has.
 * @param since milliseconds since the epoch: what was before that is not asked for
 */
export async function firstOf(db: Db, since: number): Promise<number | undefined> {
  const { rows } = await db.execute<{ ids: (string | null)[] }>(sql`
    select array[(select min(id::text) from ringback.events where id >= ${firstIdAt('event', since)}),
                 (select min(id::text) from ringback.attempts where id >= ${firstIdAt('attempt', since)})] as ids`)
  const times = rows[0]!.ids.flatMap((id) => (id === null ? [] : timeOfId(id)))
  return times.length > 0 ? Math.min(...times) : undefined
}

/** What is rolled up, each with its own progress. `settled`: minutes once more, when nothing comes late any more. */
export type Progress = 'minutes' | 'settled' | 'hours'

/** Up to where it has come, in milliseconds since the epoch; undefined when it has not begun. */
export async function findProgress(db: Db, name: Progress): Promise<number | undefined> {
  const rows = await db.select().from(statsProgress).where(eq(statsProgress.name, name))
  return rows[0]?.until.getTime()
}

export async function saveProgress(db: Db, name: Progress, until: number): Promise<void> {
  const row = { until: new Date(until) }
  await db
    .insert(statsProgress)
    .values({ name, ...row })
    .onConflictDoUpdate({ target: statsProgress.name, set: row })
}

/** Removes what is older. */
export async function removeOldStats(db: Db, span: Span, before: number): Promise<void> {
  await db.delete(stats).where(and(eq(stats.span, span), lt(stats.at, new Date(before))))
}

/** Removes what was summed up of a tenant until then; the sums over all stay. */
export async function removeStatsOf(db: Db, tenantId: string, before: number): Promise<void> {
  await db.delete(stats).where(and(eq(stats.tenantId, tenantId), lt(stats.at, new Date(before))))
}
