/** All SQL of watching. */
import { sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { firstIdAt, type Id } from '../ids.ts'
import { OPERATOR_TENANT } from '../tenants/tenant.ts'

/** What was committed when it was asked. */
export async function snapshotNow(db: Db): Promise<string> {
  const { rows } = await db.execute<{ snapshot: string }>(sql`select pg_current_snapshot()::text as snapshot`)
  return rows[0]!.snapshot
}

/** What changed since a snapshot. */
export interface Changed {
  /** By the delivery's id, the newest first. */
  ids: Id<'delivery'>[]
  /** What is committed now: the next look begins there. */
  snapshot: string
}

/**
 * The deliveries that changed since a snapshot: rows of deliveries and of attempts that were committed after it. Rows commit
 * in another order than their ids are made, and up to a minute later (an id is made before the attempt), so ids alone do
 * not tell what is new; the transaction that wrote a row does. Ids tell where to look: at what was made a moment ago.
 *
 * One statement, so one snapshot: what it does not see, the next one does.
 * @param from milliseconds since the epoch: what was made before that is not looked at
 * @param tenantIds null: all but the operator's own
 */
export async function changesSince(
  db: Db,
  tenantIds: readonly string[] | null,
  { snapshot, from, limit }: { snapshot: string; from: number; limit: number },
): Promise<Changed> {
  const ofTenants =
    tenantIds === null
      ? sql`tenant_id <> ${OPERATOR_TENANT}`
      : sql`tenant_id = any(${sql.param([...tenantIds])})`
  const { rows } = await db.execute<{ ids: Id<'delivery'>[] | null; snapshot: string }>(sql`
    with seen as materialized (
      select before, pg_snapshot_xmin(before)::text::bigint as oldest, xmax >> 32 as epoch, xmax & 4294967295 as low
      from (select ${snapshot}::pg_snapshot as before,
                   pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xmax) as now
    ), changed as (
      select delivery_id as id from ringback.attempts, seen
      where id >= ${firstIdAt('attempt', from)} and ${ofTenants} and ${WRITTEN_SINCE}
      union
      select id from ringback.deliveries, seen
      where id >= ${firstIdAt('delivery', from)} and ${ofTenants} and ${WRITTEN_SINCE}
    )
    select pg_current_snapshot()::text as snapshot,
           (select array_agg(id::text) from (select id from changed order by id desc limit ${limit}) as newest) as ids`)
  const { ids, snapshot: next } = rows[0]!
  return { ids: ids ?? [], snapshot: next }
}

/**
 * Whether a row was written by a transaction that `seen.before` does not hold. A row keeps 32 bits of its transaction's id;
 * the others are those of the present, or one less when the count has come round.
 */
const WRITTEN_SINCE = (() => {
  const xid = '(epoch - (xmin::text::bigint > low)::int) * 4294967296 + xmin::text::bigint'
  return sql.raw(`(${xid}) >= oldest and not pg_visible_in_snapshot((${xid})::text::xid8, before)`)
})()
