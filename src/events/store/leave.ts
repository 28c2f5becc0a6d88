/** What retention and erasure ask of events: what a delivery still waits to send never leaves. */
import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { firstIdAt, type Id } from '../../ids.ts'
import { events } from '../table.ts'

/** A time, in milliseconds since the epoch; `to` is not included. */
export interface Period {
  from: number
  to: number
}

/** How far a walk over old events came. */
export interface Walked {
  /** How many it changed or removed. */
  changed: number
  /** The last one looked at; null: there is no other. */
  cursor: Id<'event'> | null
}

/** Some delivery waits to send event `e`. */
const IS_WAITED_FOR = sql.raw(`exists (
  select from ringback.deliveries d where d.event_id = e.id and d.status in ('pending', 'retrying', 'held'))`)

/** The next old events `e`, and those among them that nothing waits for, locked. */
const page = (
  tenantId: string | null,
  { from, to }: Period,
  cursor: Id<'event'> | null,
  limit: number,
  also: ReturnType<typeof sql>,
) => sql`
  looked as materialized (
    select id from ringback.events
    where ${tenantId === null ? sql`true` : sql`tenant_id = ${tenantId}`}
      and id > ${cursor ?? firstIdAt('event', from)} and id < ${firstIdAt('event', to)}
    order by id limit ${limit}
  ), chosen as materialized (
    select e.id from ringback.events e join looked on looked.id = e.id
    where not ${IS_WAITED_FOR} and ${also} order by e.id for update of e
  )`

/**
 * Removes the next old events that nothing waits for, and frees the ids that hosts gave them.
 * @param tenantId whose; null: everybody's
 */
export function removeOldEvents(
  db: Db,
  tenantId: string | null,
  period: Period,
  cursor: Id<'event'> | null,
  limit: number,
): Promise<Walked> {
  return walk(
    db,
    sql`with ${page(tenantId, period, cursor, limit, sql`true`)}, changed as (
      delete from ringback.events e using chosen where e.id = chosen.id returning e.id, e.tenant_id, e.external_id
    ), freed as (
      delete from ringback.external_ids x using changed
      where x.tenant_id = changed.tenant_id and x.external_id = changed.external_id and x.event_id = changed.id
    )`,
    limit,
  )
}

/**
 * Erases the data and the notes of the next old events that nothing waits for; their rows stay.
 * @param tenantId whose; null: everybody's
 */
export function eraseOldData(
  db: Db,
  tenantId: string | null,
  period: Period,
  cursor: Id<'event'> | null,
  limit: number,
): Promise<Walked> {
  return walk(
    db,
    sql`with ${page(tenantId, period, cursor, limit, sql`e.erased_at is null`)}, changed as (
      update ringback.events e set body = null, metadata = '{}', erased_at = now() from chosen where e.id = chosen.id returning e.id
    )`,
    limit,
  )
}

async function walk(db: Db, statement: ReturnType<typeof sql>, limit: number): Promise<Walked> {
  const { rows } = await db.execute<{ looked: number; last: Id<'event'> | null; changed: number }>(sql`
    ${statement}
    select (select count(*)::int from looked) as looked, (select max(id) from looked) as last,
      (select count(*)::int from changed) as changed`)
  const { looked, last, changed } = rows[0]!
  return { changed, cursor: looked === limit ? last : null }
}

/**
 * Frees the ids that hosts gave the next events of a period, which is about to be dropped.
 * @returns the last one looked at; null: there is no other
 */
export async function freeExternalIds(
  db: Db,
  period: Period,
  cursor: Id<'event'> | null,
  limit: number,
): Promise<Id<'event'> | null> {
  const { rows } = await db.execute<{ looked: number; last: Id<'event'> | null }>(sql`
    with looked as materialized (
      select id, tenant_id, external_id from ringback.events
      where id > ${cursor ?? firstIdAt('event', period.from)} and id < ${firstIdAt('event', period.to)}
      order by id limit ${limit}
    ), freed as (
      delete from ringback.external_ids x using looked
      where x.tenant_id = looked.tenant_id and x.external_id = looked.external_id and x.event_id = looked.id
    )
    select (select count(*)::int from looked) as looked, (select max(id) from looked) as last`)
  const { looked, last } = rows[0]!
  return looked === limit ? last : null
}

/**
 * Erases the data and the notes of one of a tenant's events; its row stays, and its host's own id stays taken.
 * @returns whether there is such; one that was erased before keeps its moment
 */
export async function eraseData(db: Db, tenantId: string, id: Id<'event'>): Promise<boolean> {
  const rows = await db
    .update(events)
    .set({ body: null, metadata: {}, erasedAt: sql`coalesce(${events.erasedAt}, now())` })
    .where(and(eq(events.tenantId, tenantId), eq(events.id, id)))
    .returning({ id: events.id })
  return rows.length > 0
}
