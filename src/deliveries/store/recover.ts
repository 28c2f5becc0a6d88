/** What a recovery begins anew: which deliveries it wants, how many they are, and the next of them. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { firstIdAt, type Id } from '../../ids.ts'
import type { DeliveryStatus } from '../delivery.ts'
import { EVENT_IS_THERE } from './end.ts'
import { holdIfOff } from './hold.ts'

/** The states that a delivery can be recovered from: what still waits needs no recovery. */
export const RECOVERABLE_STATUSES = [
  'failed',
  'canceled',
  'delivered',
] as const satisfies readonly DeliveryStatus[]
export type RecoverableStatus = (typeof RECOVERABLE_STATUSES)[number]

/** Which deliveries a recovery wants; times are of creation, `after` inclusive, `before` exclusive. */
export interface RecoveryScope {
  /** Null: any endpoint that there is. */
  endpointId: Id<'endpoint'> | null
  statuses: RecoverableStatus[]
  eventType: string | null
  after: Date
  before: Date
  /** Also those that ended `canceled` before their first attempt. */
  includeUnsent: boolean
  /** When the recovery was asked for: what ended later is not of it, so that it never meets its own deliveries again. */
  createdAt: Date
}

/**
 * The condition on a delivery `d`. Tests are nobody's business but the tester's, and what has no endpoint any more cannot
 * be sent.
 */
const isWanted = ({ statuses, includeUnsent, eventType, createdAt }: RecoveryScope) => sql`(
  (d.status = any(${sql.param(statuses)}::text[])
    or (${includeUnsent}::boolean and d.status = 'canceled' and d.attempt_count = 0))
  and d.completed_at <= ${createdAt.toISOString()}::timestamptz
  and (${eventType}::text is null or d.event_type = ${eventType})
  and d.trigger <> 'test'
  and exists (select from ringback.endpoints e where e.id = d.endpoint_id))`

/** Where the deliveries lie that may be wanted. */
const isWithin = (
  tenantId: string,
  { endpointId, after, before }: RecoveryScope,
  cursor?: Id<'delivery'>,
) => sql`
  d.tenant_id = ${tenantId}
  and d.id > ${cursor ?? firstIdAt('delivery', after.getTime())}
  and d.id < ${firstIdAt('delivery', before.getTime())}
  ${endpointId ? sql`and d.endpoint_id = ${endpointId}` : sql``}`

/** How many of a tenant's deliveries a recovery would begin anew. */
export async function countWanted(db: Db, tenantId: string, scope: RecoveryScope): Promise<number> {
  const { rows } = await db.execute<{ wanted: number }>(sql`
    select count(*)::int as wanted from ringback.deliveries d
    where ${isWithin(tenantId, scope)} and ${isWanted(scope)}`)
  return rows[0]!.wanted
}

/** How far a look at a tenant's deliveries has come. */
export interface Restarted {
  /** How many were begun anew. */
  started: number
  /** The last one looked at. */
  cursor: Id<'delivery'>
  /** Nothing is left to look at. */
  exhausted: boolean
}

/** The most deliveries that one statement looks at, wanted or not: some ten milliseconds' worth. */
const LOOK = 10_000

/**
 * Begins the next wanted deliveries anew, in the order of their making: due now and fed to the queue by the sweeper, at
 * each endpoint's pace; those to an endpoint that is off are held, and what has no event any more is left as it is. One that somebody retries at the same time is left to
 * them: the condition holds under the lock too.
 * @param cursor where the last look ended; null: from the first
 * @param most how many at most
 */
export async function restartWanted(
  db: Db,
  tenantId: string,
  recoveryId: Id<'recovery'>,
  scope: RecoveryScope,
  cursor: Id<'delivery'> | null,
  most: number,
): Promise<Restarted> {
  const { rows } = await db.execute<{
    looked: number
    lastLooked: Id<'delivery'> | null
    chosen: number
    lastChosen: Id<'delivery'> | null
    restarted: Id<'delivery'>[]
  }>(sql`
    with looked as materialized (
      select d.id, ${isWanted(scope)} as wanted
      from ringback.deliveries d
      where ${isWithin(tenantId, scope, cursor ?? undefined)}
      order by d.id limit ${LOOK}
    ), chosen as materialized (
      select id from looked where wanted order by id limit ${most}
    ), locked as materialized (
      select d.id from ringback.deliveries d
      where d.id in (select id from chosen) and ${isWanted(scope)} and ${EVENT_IS_THERE}
      order by d.id
      for update of d
    ), restarted as (
      update ringback.deliveries d
      set status = 'pending', trigger = 'recovery', recovery_id = ${recoveryId}, round_start = d.attempt_count, round_at = now(),
        reason = null, waiting_for = null, due_at = now(), wake_at = now(), completed_at = null
      from locked
      where d.id = locked.id
      returning d.id
    )
    select (select count(*)::int from looked) as looked, (select max(id) from looked) as "lastLooked",
      (select count(*)::int from chosen) as chosen, (select max(id) from chosen) as "lastChosen",
      array(select id from restarted) as restarted`)
  const { looked, lastLooked, chosen, lastChosen, restarted } = rows[0]!
  if (restarted.length > 0) await holdIfOff(db, restarted)

  const started = restarted.length
  if (chosen === most) return { started, cursor: lastChosen!, exhausted: false }
  if (looked === LOOK) return { started, cursor: lastLooked!, exhausted: false }
  return { started, cursor: firstIdAt('delivery', scope.before.getTime()), exhausted: true }
}
