import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { endpoints } from '../table.ts'

/** Turns are given this far ahead: whoever has one waits for it in a place of the worker. */
const AHEAD = sql.raw(`interval '250 milliseconds'`)

/** What an endpoint was granted of the next moments. */
export interface Turns {
  endpointId: Id<'endpoint'>
  perSecond: number
  /** Until the first turn; the others follow evenly. */
  firstInMs: number
  granted: number
}

/**
 * Reserves turns of endpoints with a rate limit: those of the wished that are soon. By Postgres' clock
 * and under the endpoint's row lock, so that all worker processes together keep the limit.
 */
export async function reserveTurns(
  db: Db,
  wishes: ReadonlyMap<Id<'endpoint'>, { perSecond: number; count: number }>,
): Promise<Turns[]> {
  const column = (key: 'perSecond' | 'count') => sql.param([...wishes.values()].map((wish) => wish[key]))
  const { rows } = await db.execute<Turns & Record<string, unknown>>(sql`
    with wished as (
      select * from unnest(${sql.param([...wishes.keys()])}::text[], ${column('perSecond')}::int[], ${column('count')}::int[])
        as w (id, per_second, wanted)
    ), standing as materialized (
      select e.id, greatest(e.next_turn_at, now()) as first_at, w.per_second, w.wanted
      from ${endpoints} e join wished w on w.id = e.id
      order by e.id
      for no key update of e
    ), turns as (
      select *, least(wanted, greatest(0, ceil(extract(epoch from now() + ${AHEAD} - first_at) * per_second)))::int as granted
      from standing
    )
    update ${endpoints} e
    set next_turn_at = turns.first_at + turns.granted * interval '1 second' / turns.per_second
    from turns where e.id = turns.id
    returning e.id as "endpointId", turns.per_second as "perSecond", turns.granted,
              (extract(epoch from turns.first_at - now()) * 1000)::float8 as "firstInMs"`)
  return rows
}
