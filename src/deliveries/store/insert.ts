import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import type { NewDelivery } from '../../events/candidate.ts'
import { shareAlarms } from '../shared-alarm.ts'
import { holdIfOff } from './hold.ts'
import { ALARM_GRACE, seconds } from './times.ts'

/**
 * Stores new deliveries, due now. Those to an endpoint that was off when it was last looked at are held, if it still is:
 * then it takes a transaction, else it is one statement.
 * @param along what that statement stores beside them
 * @param mayRing whether an alarm may be set for one; one that may not is left to the sweeper
 * @returns those whose alarms are to be set, in the groups that share one
 */
export async function insertDeliveries(
  db: Db,
  rows: readonly NewDelivery[],
  along: SQL = sql`select`,
  mayRing: (row: NewDelivery) => boolean = () => true,
): Promise<NewDelivery[][]> {
  const column = (key: keyof NewDelivery) => sql.param(rows.map((row) => row[key]))
  const ringing = new Set(rows.filter(mayRing))
  // Only of what is surely sent: what may be held has an alarm of its own.
  const groups = shareAlarms([...ringing].filter(({ endpointStatus }) => endpointStatus === 'active'))
  const firsts = new Map(
    groups.filter((group) => group.length > 1).flatMap((group) => group.map((row) => [row, group[0]!.id])),
  )
  await db.execute(sql`
    with along as (${along})
    insert into ringback.deliveries (id, tenant_id, event_id, event_type, endpoint_id, status, trigger, due_at, wake_at, shared_alarm)
    select id, tenant_id, event_id, event_type, endpoint_id, 'pending', trigger, now(),
      case when rings then now() + ${seconds(ALARM_GRACE)} else now() end, shared_alarm
    from unnest(
      ${column('id')}::text[], ${column('tenantId')}::text[], ${column('eventId')}::text[], ${column('eventType')}::text[],
      ${column('endpointId')}::text[], ${column('trigger')}::text[], ${sql.param(rows.map((row) => ringing.has(row)))}::boolean[],
      ${sql.param(rows.map((row) => firsts.get(row) ?? null))}::text[]
    ) as new (id, tenant_id, event_id, event_type, endpoint_id, trigger, rings, shared_alarm)`)

  // An open circuit shows as failing.
  const toOff = rows.filter((row) => row.endpointStatus !== 'active')
  if (toOff.length === 0) return groups
  const held = await holdIfOff(
    db,
    toOff.map((row) => row.id),
  )
  const stillOn = toOff.filter((row) => ringing.has(row) && !held.has(row.id))
  return [...groups, ...stillOn.map((row) => [row])]
}
