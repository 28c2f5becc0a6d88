import { type SQL, sql } from 'drizzle-orm'
import { givenRows } from '../../db/given-rows.ts'
import type { Db } from '../../db/open.ts'
import { NOTHING, run, type Statement } from '../../db/statement.ts'
import type { NewDelivery } from '../../events/candidate.ts'
import { remembered } from '../../remembered.ts'
import { shareAlarms } from '../shared-alarm.ts'
import { holdIfOff } from './hold.ts'
import { ALARM_GRACE, seconds } from './times.ts'

/** A new delivery, and what rings for it. */
interface Ringing {
  row: NewDelivery
  rings: boolean
  sharedAlarm: NewDelivery['id'] | null
}

const NEW = givenRows<Ringing>('new', {
  id: ['text', ({ row }) => row.id],
  tenant_id: ['text', ({ row }) => row.tenantId],
  event_id: ['text', ({ row }) => row.eventId],
  event_type: ['text', ({ row }) => row.eventType],
  endpoint_id: ['text', ({ row }) => row.endpointId],
  trigger: ['text', ({ row }) => row.trigger],
  rings: ['boolean', ({ rings }) => rings],
  shared_alarm: ['text', ({ sharedAlarm }) => sharedAlarm],
})

const insertion = remembered(
  (along: SQL) => sql`
  with along as (${along})
  insert into ringback.deliveries (id, tenant_id, event_id, event_type, endpoint_id, status, trigger, due_at, wake_at, shared_alarm)
  select id, tenant_id, event_id, event_type, endpoint_id, 'pending', trigger, now(),
    case when rings then now() + ${seconds(ALARM_GRACE)} else now() end, shared_alarm
  from ${NEW.table}`,
)

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
  along: Statement = NOTHING,
  mayRing: (row: NewDelivery) => boolean = () => true,
): Promise<NewDelivery[][]> {
  const ringing = new Set(rows.filter(mayRing))
  // Only of what is surely sent: what may be held has an alarm of its own.
  const groups = shareAlarms([...ringing].filter(({ endpointStatus }) => endpointStatus === 'active'))
  const firsts = new Map(
    groups.filter((group) => group.length > 1).flatMap((group) => group.map((row) => [row, group[0]!.id])),
  )
  const given = rows.map((row) => ({
    row,
    rings: ringing.has(row),
    sharedAlarm: firsts.get(row) ?? null,
  }))
  await run(db, { text: insertion(along.text), values: { ...NEW.values(given), ...along.values } })

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
