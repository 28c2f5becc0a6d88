/** What retention and erasure ask of deliveries: nothing that waits ever leaves. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { firstIdAt, type Id } from '../../ids.ts'
import { updateInOrder } from './in-order.ts'
import { WAITING } from './waiting.ts'

/** A time, in milliseconds since the epoch; `to` is not included. */
export interface Period {
  from: number
  to: number
}

/** How many deliveries made in a period still wait. */
export async function countWaitingFrom(db: Db, { from, to }: Period): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(sql`
    select count(*)::int as n from ringback.deliveries
    where status in (${WAITING}) and id >= ${firstIdAt('delivery', from)} and id < ${firstIdAt('delivery', to)}`)
  return rows[0]!.n
}

/** The same of a partition that was detached: only its own name leads to it. */
export async function anyWaitingIn(db: Db, partition: string): Promise<boolean> {
  const { rows } = await db.execute<{ any: boolean }>(sql`
    select exists (select from ${sql.identifier('ringback')}.${sql.identifier(partition)}
      where status in (${WAITING})) as any`)
  return rows[0]!.any
}

/** How many deliveries still wait to send an event that was made in a period; walks what waits, and no more. */
export async function countWaitingForEventsOf(db: Db, { from, to }: Period): Promise<number> {
  const { rows } = await db.execute<{ n: number }>(sql`
    select count(*)::int as n from ringback.deliveries
    where status in (${WAITING}) and event_id >= ${firstIdAt('event', from)} and event_id < ${firstIdAt('event', to)}`)
  return rows[0]!.n
}

/**
 * The next deliveries that were made before a time, the oldest first.
 * @param tenantId whose; null: everybody's
 * @param cursor where the last page ended; null: from `from`
 */
export async function oldDeliveries(
  db: Db,
  tenantId: string | null,
  { from, to }: Period,
  cursor: Id<'delivery'> | null,
  limit: number,
): Promise<Id<'delivery'>[]> {
  const { rows } = await db.execute<{ id: Id<'delivery'> }>(sql`
    select id from ringback.deliveries
    where ${tenantId === null ? sql`true` : sql`tenant_id = ${tenantId}`}
      and id > ${cursor ?? firstIdAt('delivery', from)} and id < ${firstIdAt('delivery', to)}
    order by id limit ${limit}`)
  return rows.map(({ id }) => id)
}

/**
 * Removes those of these deliveries that have ended.
 * @returns which
 */
export async function removeEnded(
  db: Db,
  ids: readonly Id<'delivery'>[],
  before: number,
): Promise<Id<'delivery'>[]> {
  const { rows } = await db.execute<{ id: Id<'delivery'> }>(sql`
    with ended as materialized (
      select id from ringback.deliveries
      where id = any(${sql.param([...ids])}::text[]) and id < ${firstIdAt('delivery', before)} and status not in (${WAITING})
      order by id for update
    )
    delete from ringback.deliveries d using ended where d.id = ended.id returning d.id`)
  return rows.map(({ id }) => id)
}

/** Ends what waits to send an event whose data is being erased, in that transaction. @returns how many */
export async function cancelOfEvent(db: Db, tenantId: string, eventId: Id<'event'>): Promise<number> {
  const { rowCount } = await db.execute(
    updateInOrder(
      sql`status = 'canceled', reason = 'event_erased', waiting_for = null, due_at = null, wake_at = null, completed_at = now()`,
      sql`d.tenant_id = ${tenantId} and d.event_id = ${eventId} and d.status in (${WAITING})`,
    ),
  )
  return rowCount ?? 0
}
