/** Ending what waits, and beginning anew. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { HOUR } from '../../duration.ts'
import type { Id } from '../../ids.ts'
import { type Trigger, WAITING_STATUSES } from '../delivery.ts'
import { deliveries } from '../table.ts'
import { updateInOrder } from './in-order.ts'
import type { DeliveryRow } from './list.ts'
import { ALARM_GRACE, seconds } from './times.ts'
import { WAITING } from './waiting.ts'

/**
 * Ends all that waits for an endpoint, or for any of the tenant's: it, or the tenant, is being deleted.
 * @returns how many that were, as of the others that end
 */
export function cancelWaiting(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'> | null,
  reason: 'endpoint_deleted' | 'tenant_deleted',
): Promise<number> {
  const isTheirs = sql`d.tenant_id = ${tenantId} and (${endpointId}::text is null or d.endpoint_id = ${endpointId})`
  return cancelThose(db, reason, isTheirs)
}

/** Ends these deliveries, whose endpoint was found to be gone. */
export const cancelOrphans = (db: Db, ids: readonly Id<'delivery'>[]): Promise<number> =>
  cancelThose(
    db,
    'endpoint_deleted',
    sql`${isAny(ids)} and not exists (select from ringback.endpoints e where e.id = d.endpoint_id)`,
  )

/**
 * Ends these deliveries, whose event is not there any more, or has no data. One that somebody began anew a moment ago is
 * left alone: while an old partition leaves, its events are out of sight before it is known that nobody needs them.
 */
export async function cancelEventless(db: Db, ids: readonly Id<'delivery'>[]): Promise<number> {
  const erased = await cancelThose(
    db,
    'event_erased',
    sql`${isAny(ids)} and exists (select from ringback.events e where e.id = d.event_id and e.erased_at is not null)`,
  )
  const gone = await cancelThose(
    db,
    'event_gone',
    sql`${isAny(ids)} and d.round_at < now() - ${seconds(OUT_OF_SIGHT)}
      and not exists (select from ringback.events e where e.id = d.event_id)`,
  )
  return erased + gone
}

/** Far longer than a partition is out of sight before it is dropped or put back. */
const OUT_OF_SIGHT = HOUR

/** The event of a delivery can still be sent. Whoever reads it keeps its partition from leaving until they are done. */
export const EVENT_IS_THERE = sql.raw(
  'exists (select from ringback.events e where e.id = d.event_id and e.erased_at is null)',
)

const isAny = (ids: readonly Id<'delivery'>[]) => sql`d.id = any(${sql.param([...ids])})`

/** Ends, of the deliveries `d` for which a condition holds, those that wait. */
async function cancelThose(db: Db, reason: string, condition: SQL): Promise<number> {
  const { rowCount } = await db.execute(
    updateInOrder(
      sql`status = 'canceled', reason = ${reason}, ${NOTHING_TO_COME}`,
      sql`${condition} and d.status in (${WAITING})`,
    ),
  )
  return rowCount ?? 0
}

/** What every end has in common, whatever it is. */
const NOTHING_TO_COME = sql.raw('waiting_for = null, due_at = null, wake_at = null, completed_at = now()')

/** Begins a fresh schedule, from whatever state. Undefined: no such delivery, or its endpoint or its event is gone. */
export async function restart(
  db: Db,
  tenantId: string,
  id: Id<'delivery'>,
  trigger: Trigger,
): Promise<DeliveryRow | undefined> {
  const rows = await db
    .update(deliveries)
    .set({
      status: 'pending',
      // A test stays one: it is for this endpoint alone, however often it is retried.
      trigger: sql`case when ${deliveries.trigger} = 'test' then 'test' else ${trigger} end`,
      roundStart: sql`${deliveries.attemptCount}`,
      roundAt: sql`now()`,
      reason: null,
      waitingFor: null,
      dueAt: sql`now()`,
      wakeAt: sql`now() + ${seconds(ALARM_GRACE)}`,
      completedAt: null,
    })
    .where(
      and(
        eq(deliveries.tenantId, tenantId),
        eq(deliveries.id, id),
        sql`exists (select from ringback.endpoints e where e.id = ${deliveries.endpointId})`,
        sql`exists (select from ringback.events e where e.id = ${deliveries.eventId} and e.erased_at is null)`,
      ),
    )
    .returning()
  return rows[0]
}

/** Ends a delivery that waits. Undefined: no such delivery, or it is final. */
export async function cancel(db: Db, tenantId: string, id: Id<'delivery'>): Promise<DeliveryRow | undefined> {
  const rows = await db
    .update(deliveries)
    .set({
      status: 'canceled',
      reason: 'canceled',
      waitingFor: null,
      dueAt: null,
      wakeAt: null,
      completedAt: sql`now()`,
    })
    .where(
      and(
        eq(deliveries.tenantId, tenantId),
        eq(deliveries.id, id),
        inArray(deliveries.status, [...WAITING_STATUSES]),
      ),
    )
    .returning()
  return rows[0]
}

/** A delivery that was given up. */
export interface GivenUp {
  tenantId: string
  deliveryId: Id<'delivery'>
  eventId: Id<'event'>
  endpointId: Id<'endpoint'>
  /** Made before. */
  attempts: number
}

/**
 * Ends what has been held for disabled endpoints for longer than anybody will want it. Neither a delivery younger than its
 * days is given up, nor one whose endpoint was disabled less than so long ago: it may have been paused before.
 * @param limit the most deliveries at once
 */
export async function failHeldTooLong(db: Db, days: number, limit: number): Promise<GivenUp[]> {
  const longAgo = sql`now() - ${days} * interval '1 day'`
  const { rows } = await db.execute<GivenUp & Record<string, unknown>>(sql`
    with old as (
      select d.id from ringback.deliveries d
      where d.status = 'held' and d.waiting_for = 'disabled' and d.round_at < ${longAgo}
        and not exists (select from ringback.endpoints e where e.id = d.endpoint_id and e.disabled_at >= ${longAgo})
      order by d.round_at limit ${limit}
      for update of d skip locked
    )
    update ringback.deliveries d
    set status = 'failed', reason = 'held_too_long', ${NOTHING_TO_COME}
    from old where d.id = old.id
    returning d.tenant_id as "tenantId", d.id as "deliveryId", d.event_id as "eventId", d.endpoint_id as "endpointId",
      d.attempt_count as attempts`)
  return rows
}
