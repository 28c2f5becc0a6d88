/** What a recovery makes that never was: deliveries of events that an endpoint did not get. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { Id } from '../../ids.ts'
import { holdIfOff } from './hold.ts'

/** What some events have reached. */
export interface Reached {
  /** The endpoints that have a delivery of it, however it ended. */
  endpointIds: ReadonlySet<Id<'endpoint'>>
  /** It was a test, for one endpoint alone. */
  isTest: boolean
}

/** Which endpoints have deliveries of these events of a tenant; an event without any is not in the answer. */
export async function reachedBy(
  db: Db,
  tenantId: string,
  eventIds: readonly Id<'event'>[],
): Promise<Map<Id<'event'>, Reached>> {
  const { rows } = await db.execute<{
    eventId: Id<'event'>
    endpointIds: Id<'endpoint'>[]
    isTest: boolean
  }>(sql`
    select event_id as "eventId", array_agg(endpoint_id) as "endpointIds", bool_or(trigger = 'test') as "isTest"
    from ringback.deliveries
    where tenant_id = ${tenantId} and event_id = any(${sql.param([...eventIds])}::text[])
    group by event_id`)
  return new Map(
    rows.map(({ eventId, endpointIds, isTest }) => [eventId, { endpointIds: new Set(endpointIds), isTest }]),
  )
}

/** A delivery that never was. */
export interface UnsentDelivery {
  id: Id<'delivery'>
  eventId: Id<'event'>
  eventType: string
  endpointId: Id<'endpoint'>
}

/** Makes deliveries that never were, as `restartWanted` begins others anew. */
export async function insertUnsent(
  db: Db,
  tenantId: string,
  recoveryId: Id<'recovery'>,
  rows: readonly UnsentDelivery[],
): Promise<void> {
  if (rows.length === 0) return
  const column = (key: keyof UnsentDelivery) => sql.param(rows.map((row) => row[key]))
  await db.execute(sql`
    insert into ringback.deliveries
      (id, tenant_id, event_id, event_type, endpoint_id, status, trigger, recovery_id, due_at, wake_at)
    select id, ${tenantId}, event_id, event_type, endpoint_id, 'pending', 'recovery', ${recoveryId}, now(), now()
    from unnest(
      ${column('id')}::text[], ${column('eventId')}::text[], ${column('eventType')}::text[], ${column('endpointId')}::text[]
    ) as new (id, event_id, event_type, endpoint_id)`)
  await holdIfOff(
    db,
    rows.map(({ id }) => id),
  )
}
