/** Holding what comes for an endpoint that is off: waiting is not failing. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { WAITING } from './waiting.ts'

/**
 * Holds those of these deliveries whose endpoint is off. The endpoint's row is locked while we look: whoever switches
 * it on waits for us and then releases what we held, or we wait for them and hold nothing. Nothing is held for ever.
 * @param options.rang their alarm rang and has done with them: the shared one is not theirs any more. One that others hold
 * keeps it, for that alarm may be making the attempt.
 * @returns those held
 */
export async function holdIfOff(
  db: Db,
  ids: readonly Id<'delivery'>[],
  { rang = false } = {},
): Promise<Set<Id<'delivery'>>> {
  const { rows } = await db.execute<{ id: Id<'delivery'> }>(sql`
    with off as (
      select id, case when status in ('disabled', 'paused') then status else 'circuit' end as why, probe_delivery_id
      from ringback.endpoints
      where (status in ('disabled', 'paused') or circuit_opened_at is not null)
        and id in (select endpoint_id from ringback.deliveries where id = any(${sql.param([...ids])}))
      order by id
      for share
    ), locked as materialized (
      select d.id, off.why from ringback.deliveries d join off on off.id = d.endpoint_id
      where d.id = any(${sql.param([...ids])}) and d.status in (${WAITING})
        and (off.why <> 'circuit' or d.id is distinct from off.probe_delivery_id)
      order by d.id
      for update of d
    )
    update ringback.deliveries d set status = 'held', waiting_for = locked.why, wake_at = null,
      shared_alarm = case when ${rang}::boolean then null else d.shared_alarm end
    from locked
    where d.id = locked.id
    returning d.id`)
  return new Set(rows.map((row) => row.id))
}
