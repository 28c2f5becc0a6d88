import { eq, sql } from 'drizzle-orm'
import { among } from '../../db/among.ts'
import type { Db } from '../../db/open.ts'
import { UNNAMED } from '../../db/statement.ts'
import type { EventContent } from '../../events/store.ts'
import { events } from '../../events/table.ts'
import type { Id } from '../../ids.ts'
import { remembered } from '../../remembered.ts'
import type { DeliveryStatus, Trigger } from '../delivery.ts'
import { deliveries } from '../table.ts'

/** What an attempt needs to know of its delivery. */
export interface DueDelivery {
  id: Id<'delivery'>
  tenantId: string
  eventId: Id<'event'>
  endpointId: Id<'endpoint'>
  status: DeliveryStatus
  trigger: Trigger
  attemptCount: number
  roundStart: number
  /** The delivery whose alarm it shares, if it does. */
  sharedAlarm: Id<'delivery'> | null
  /** When its present schedule began; tells one schedule from another. */
  roundAt: Date
  /** Milliseconds since its present schedule began, by Postgres' clock. */
  roundAgeMs: number
  /** Milliseconds until it is due by Postgres' clock; negative when overdue, null when final. */
  dueInMs: number | null
  /** What is sent; undefined when the event is gone, or was erased. */
  content: EventContent | undefined
}

/** A body travels once, to however many endpoints it goes. */
const isFirstOfItsEvent = sql`row_number() over (partition by ${deliveries.eventId}) = 1`

const dueQuery = remembered((db: Db) => {
  // Looked up for each: joined at large, the events of all weeks would be read for a few.
  const event = db
    .select({ body: events.body, traceparent: events.traceparent })
    .from(events)
    .where(eq(events.id, deliveries.eventId))
    .limit(1)
    .as('event')
  return db
    .select({
      id: deliveries.id,
      tenantId: deliveries.tenantId,
      eventId: deliveries.eventId,
      endpointId: deliveries.endpointId,
      status: deliveries.status,
      trigger: deliveries.trigger,
      attemptCount: deliveries.attemptCount,
      roundStart: deliveries.roundStart,
      sharedAlarm: deliveries.sharedAlarm,
      roundAt: deliveries.roundAt,
      roundAgeMs: sql<number>`(extract(epoch from now() - ${deliveries.roundAt}) * 1000)::float8`,
      dueInMs: sql<number | null>`(extract(epoch from ${deliveries.dueAt} - now()) * 1000)::float8`,
      traceparent: event.traceparent,
      body: sql<Buffer | null>`case when ${isFirstOfItsEvent} then ${event.body} end`,
    })
    .from(deliveries)
    .leftJoinLateral(event, sql`true`)
    .where(among(deliveries.id, sql.placeholder('ids')))
    .prepare(UNNAMED)
})

/**
 * Loads deliveries whose alarm rang, and what they send, in one trip. Whoever asks has their ids from the queue, which knows
 * no tenants.
 */
export async function loadDue(
  db: Db,
  ids: readonly Id<'delivery'>[],
): Promise<Map<Id<'delivery'>, DueDelivery>> {
  const rows = await dueQuery(db).execute({ ids })
  const contents = new Map(
    rows.flatMap(({ eventId, body, traceparent }) => (body ? [[eventId, { body, traceparent }]] : [])),
  )
  return new Map(
    rows.map(({ body: _, traceparent: __, ...row }) => [
      row.id,
      { ...row, content: contents.get(row.eventId) },
    ]),
  )
}
