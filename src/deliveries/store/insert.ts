import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { NewDelivery } from '../../events/candidate.ts'
import { holdIfOff } from './hold.ts'
import { ALARM_GRACE, seconds } from './times.ts'

/**
 * Stores new deliveries, due now. Those to an endpoint that was off when it was last looked at are held, if it still is.
 * @returns those that may go at once
 */
export async function insertDeliveries(
  db: Db,
  rows: readonly NewDelivery[],
): Promise<readonly NewDelivery[]> {
  const column = (key: keyof NewDelivery) => sql.param(rows.map((row) => row[key]))
  await db.execute(sql`
    insert into ringback.deliveries (id, tenant_id, event_id, event_type, endpoint_id, status, trigger, due_at, wake_at)
    select id, tenant_id, event_id, event_type, endpoint_id, 'pending', trigger, now(), now() + ${seconds(ALARM_GRACE)}
    from unnest(
      ${column('id')}::text[], ${column('tenantId')}::text[], ${column('eventId')}::text[], ${column('eventType')}::text[],
      ${column('endpointId')}::text[], ${column('trigger')}::text[]
    ) as new (id, tenant_id, event_id, event_type, endpoint_id, trigger)`)

  // An open circuit shows as failing.
  const toOff = rows.filter((row) => row.endpointStatus !== 'active')
  if (toOff.length === 0) return rows
  const held = await holdIfOff(
    db,
    toOff.map((row) => row.id),
  )
  return rows.filter((row) => !held.has(row.id))
}
