import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { NewDelivery } from '../../events/candidate.ts'
import type { Id } from '../../ids.ts'
import { holdIfOff } from './hold.ts'
import { ALARM_GRACE, seconds } from './times.ts'

/**
 * Stores new deliveries, due now. Those to an endpoint that was off when it was last looked at are held, if it still is.
 * @param mayRing whether an endpoint may have one more alarm; one that may not leaves its delivery to the sweeper
 * @returns those whose alarms are to be set
 */
export async function insertDeliveries(
  db: Db,
  rows: readonly NewDelivery[],
  mayRing: (endpointId: Id<'endpoint'>) => boolean = () => true,
): Promise<readonly NewDelivery[]> {
  const column = (key: keyof NewDelivery) => sql.param(rows.map((row) => row[key]))
  const ringing = new Set(rows.filter(({ endpointId }) => mayRing(endpointId)))
  await db.execute(sql`
    insert into ringback.deliveries (id, tenant_id, event_id, event_type, endpoint_id, status, trigger, due_at, wake_at)
    select id, tenant_id, event_id, event_type, endpoint_id, 'pending', trigger, now(),
      case when rings then now() + ${seconds(ALARM_GRACE)} else now() end
    from unnest(
      ${column('id')}::text[], ${column('tenantId')}::text[], ${column('eventId')}::text[], ${column('eventType')}::text[],
      ${column('endpointId')}::text[], ${column('trigger')}::text[], ${sql.param(rows.map((row) => ringing.has(row)))}::boolean[]
    ) as new (id, tenant_id, event_id, event_type, endpoint_id, trigger, rings)`)

  // An open circuit shows as failing.
  const toOff = rows.filter((row) => row.endpointStatus !== 'active')
  if (toOff.length === 0) return [...ringing]
  const held = await holdIfOff(
    db,
    toOff.map((row) => row.id),
  )
  return [...ringing].filter((row) => !held.has(row.id))
}
