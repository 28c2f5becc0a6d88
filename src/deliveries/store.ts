import { and, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import type { NewDelivery } from '../events/accept.ts'
import { firstIdAt, type Id } from '../ids.ts'
import { type DeliveryStatus, type Trigger, WAITING_STATUSES, type WaitingFor } from './delivery.ts'
import { deliveries } from './table.ts'

/** A delivery as stored; `createdAt` is the time in its id. */
export type DeliveryRow = typeof deliveries.$inferSelect

/** Which deliveries a list wants; times are of creation, `after` inclusive, `before` exclusive. */
export interface DeliveryQuery {
  endpointId?: Id<'endpoint'> | undefined
  eventId?: Id<'event'> | undefined
  eventType?: string | undefined
  status?: DeliveryStatus | undefined
  after?: Date | undefined
  before?: Date | undefined
  /** Where the last page ended. */
  olderThan?: Id<'delivery'> | undefined
  limit: number
}

/**
 * How long after its due time a delivery without a result is looked at again. An alarm rings within a second or two
 * of its time, so one that has not rung by now was probably lost: with a queue, between our commit and the queue's, or
 * with a worker.
 */
export const ALARM_GRACE = 10 * SECOND

/**
 * How near an attempt must be for its alarm to lie in the queue. Short, so that the queue stays small however many
 * retries wait; long against the sweeper's beat, which brings in the others.
 */
export const ALARM_HORIZON = 60 * SECOND

/** How long a delivery rests that found no place, at least; at most twice as long, so that not all come back at once. */
const PUT_BACK = SECOND

const seconds = (ms: number) => sql.raw(`interval '${ms / SECOND} seconds'`)

/** When the sweeper must look at a delivery that is due then: past it while its alarm lies in the queue, before it otherwise. */
const wakeAfter = (due: ReturnType<typeof sql>) =>
  sql`case when ${due} <= now() + ${seconds(ALARM_HORIZON)} then greatest(${due}, now()) + ${seconds(ALARM_GRACE)} else ${due} - ${seconds(ALARM_HORIZON)} end`

const WAITING = sql.raw(WAITING_STATUSES.map((status) => `'${status}'`).join(', '))

/** What a delivery that is no longer held goes back to. */
const RESUMED = sql.raw(`case when attempt_count > round_start then 'retrying' else 'pending' end`)

/** A tenant's deliveries, newest first. Times become id ranges, so that partitions prune. */
export function listDeliveries(db: Db, tenantId: string, query: DeliveryQuery): Promise<DeliveryRow[]> {
  return db
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.tenantId, tenantId),
        query.endpointId && eq(deliveries.endpointId, query.endpointId),
        query.eventId && eq(deliveries.eventId, query.eventId),
        query.eventType === undefined ? undefined : eq(deliveries.eventType, query.eventType),
        query.status && eq(deliveries.status, query.status),
        query.after && gte(deliveries.id, firstIdAt('delivery', query.after.getTime())),
        query.before && lt(deliveries.id, firstIdAt('delivery', query.before.getTime())),
        query.olderThan && lt(deliveries.id, query.olderThan),
      ),
    )
    .orderBy(desc(deliveries.id))
    .limit(query.limit)
}

/** One of a tenant's deliveries. */
export async function findDelivery(
  db: Db,
  tenantId: string,
  id: Id<'delivery'>,
): Promise<DeliveryRow | undefined> {
  const rows = await db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.id, id)))
  return rows[0]
}

/** The deliveries of one event, in the order of their making. */
export function deliveriesOfEvent(db: Db, tenantId: string, eventId: Id<'event'>): Promise<DeliveryRow[]> {
  return db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.eventId, eventId)))
    .orderBy(deliveries.id)
}

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

  const toOff = rows.filter((row) => row.endpointStatus === 'disabled' || row.endpointStatus === 'paused')
  if (toOff.length === 0) return rows
  const held = await holdIfOff(
    db,
    toOff.map((row) => row.id),
  )
  return rows.filter((row) => !held.has(row.id))
}

/**
 * Holds those of these deliveries whose endpoint is off. The endpoint's row is locked while we look: whoever switches
 * it on waits for us and then releases what we held, or we wait for them and hold nothing. Nothing is held for ever.
 * @returns those held
 */
export async function holdIfOff(db: Db, ids: readonly Id<'delivery'>[]): Promise<Set<Id<'delivery'>>> {
  const { rows } = await db.execute<{ id: Id<'delivery'> }>(sql`
    with off as (
      select id, status from ringback.endpoints
      where status in ('disabled', 'paused')
        and id in (select endpoint_id from ringback.deliveries where id = any(${sql.param([...ids])}))
      order by id
      for share
    )
    update ringback.deliveries d set status = 'held', waiting_for = off.status, wake_at = null
    from off
    where d.id = any(${sql.param([...ids])}) and d.endpoint_id = off.id and d.status in (${WAITING})
    returning d.id`)
  return new Set(rows.map((row) => row.id))
}

/** Holds all that waits for an endpoint, in the transaction that switches it off. */
export async function holdWaiting(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  waitingFor: WaitingFor,
): Promise<void> {
  await db.execute(sql`
    update ringback.deliveries set status = 'held', waiting_for = ${waitingFor}, wake_at = null
    where tenant_id = ${tenantId} and endpoint_id = ${endpointId} and status in (${WAITING})`)
}

/** Lets all go on that is held for an endpoint, in the transaction that switches it on; the sweeper feeds it to the queue. */
export async function releaseHeld(db: Db, tenantId: string, endpointId: Id<'endpoint'>): Promise<void> {
  await db.execute(sql`
    update ringback.deliveries set status = ${RESUMED}, waiting_for = null, wake_at = now()
    where tenant_id = ${tenantId} and endpoint_id = ${endpointId} and status = 'held'`)
}

/** Ends all that waits for an endpoint, or for any of the tenant's: it, or the tenant, is being deleted. */
export async function cancelWaiting(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'> | null,
  reason: 'endpoint_deleted' | 'tenant_deleted',
): Promise<void> {
  await db.execute(sql`
    update ringback.deliveries
    set status = 'canceled', reason = ${reason}, waiting_for = null, due_at = null, wake_at = null, completed_at = now()
    where tenant_id = ${tenantId} and (${endpointId}::text is null or endpoint_id = ${endpointId}) and status in (${WAITING})`)
}

/** Ends these deliveries, whose endpoint was found to be gone. */
export async function cancelOrphans(db: Db, ids: readonly Id<'delivery'>[]): Promise<void> {
  await db.execute(sql`
    update ringback.deliveries d
    set status = 'canceled', reason = 'endpoint_deleted', waiting_for = null, due_at = null, wake_at = null, completed_at = now()
    where d.id = any(${sql.param([...ids])}) and d.status in (${WAITING})
      and not exists (select from ringback.endpoints e where e.id = d.endpoint_id)`)
}

/** Begins a fresh schedule, from whatever state; held again at once if the endpoint is off. Undefined: no such delivery. */
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
      trigger,
      roundStart: sql`${deliveries.attemptCount}`,
      reason: null,
      waitingFor: null,
      dueAt: sql`now()`,
      wakeAt: sql`now() + ${seconds(ALARM_GRACE)}`,
      completedAt: null,
    })
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.id, id)))
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
  /** Milliseconds until it is due by Postgres' clock; negative when overdue, null when final. */
  dueInMs: number | null
}

/** Loads deliveries whose alarm rang. Whoever asks has their ids from the queue, which knows no tenants. */
export async function loadDue(
  db: Db,
  ids: readonly Id<'delivery'>[],
): Promise<Map<Id<'delivery'>, DueDelivery>> {
  const rows = await db
    .select({
      id: deliveries.id,
      tenantId: deliveries.tenantId,
      eventId: deliveries.eventId,
      endpointId: deliveries.endpointId,
      status: deliveries.status,
      trigger: deliveries.trigger,
      attemptCount: deliveries.attemptCount,
      roundStart: deliveries.roundStart,
      dueInMs: sql<number | null>`(extract(epoch from ${deliveries.dueAt} - now()) * 1000)::float8`,
    })
    .from(deliveries)
    .where(sql`${deliveries.id} = any(${sql.param([...ids])})`)
  return new Map(rows.map((row) => [row.id, row]))
}

/** What an attempt did to its delivery. */
export interface Settlement {
  id: Id<'delivery'>
  /** The attempt's number: the fence. */
  number: number
  status: 'delivered' | 'retrying' | 'failed'
  /** Until the next attempt; with `retrying` alone. */
  dueInMs: number | null
  /** With `failed` alone. */
  reason: string | null
}

/**
 * Writes what attempts did. A settlement whose number is not the next one comes too late and changes nothing. One for a
 * delivery that was canceled meanwhile only counts the attempt; one for a delivery that is held stays held, unless it
 * succeeded.
 * @returns the deliveries settled, as they stand now
 */
export async function settleDeliveries(
  db: Db,
  settlements: readonly Settlement[],
): Promise<Map<Id<'delivery'>, { status: DeliveryStatus }>> {
  const column = (key: keyof Settlement) => sql.param(settlements.map((settlement) => settlement[key]))
  const { rows } = await db.execute<{ id: Id<'delivery'>; status: DeliveryStatus }>(sql`
    with result as (
      select id, number, new_status, reason, now() + due_in_ms * interval '1 millisecond' as next_due
      from unnest(
        ${column('id')}::text[], ${column('number')}::int[], ${column('status')}::text[], ${column('dueInMs')}::float8[],
        ${column('reason')}::text[]
      ) as r (id, number, new_status, due_in_ms, reason)
    ), decided as (
      select r.*, case
          when d.status = 'canceled' then 'canceled'
          when d.status = 'held' and r.new_status = 'retrying' then 'held'
          else r.new_status
        end as status
      from result r join ringback.deliveries d on d.id = r.id and d.attempt_count = r.number - 1
      order by d.id
      for update of d
    )
    update ringback.deliveries d set
      attempt_count = decided.number,
      status = decided.status,
      reason = case when d.status = 'canceled' then d.reason else decided.reason end,
      due_at = case when decided.status in (${WAITING}) then decided.next_due end,
      wake_at = case when decided.status = 'retrying' then ${wakeAfter(sql.raw('decided.next_due'))} end,
      waiting_for = case when decided.status = 'held' then d.waiting_for end,
      completed_at = case when decided.status in (${WAITING}) then null else coalesce(d.completed_at, now()) end
    from decided
    where d.id = decided.id
    returning d.id, d.status`)
  return new Map(rows.map((row) => [row.id, { status: row.status }]))
}

/** An alarm to be set. */
export interface Alarm {
  id: Id<'delivery'>
  /** The number that the attempt will have. */
  attempt: number
  /** Until it must ring; 0 or less: now. */
  delayMs: number
}

/** Whether anything is due, or nearly, that has no live alarm: one look at the head of an index. */
export async function anyUnalarmed(db: Db): Promise<boolean> {
  const { rows } = await db.execute<{ any: boolean }>(
    sql`select exists (select from ringback.deliveries where wake_at <= now()) as any`,
  )
  return rows[0]!.any
}

/**
 * The next endpoints that something waits for, in the order of their ids. Jumps along the index from endpoint to
 * endpoint, so the cost is theirs and not that of what waits for them.
 * @param after where the last look ended; null: from the first
 */
export async function waitingEndpoints(
  db: Db,
  after: Id<'endpoint'> | null,
  limit: number,
): Promise<Id<'endpoint'>[]> {
  const next = (from: ReturnType<typeof sql>) => sql`(
    select endpoint_id from ringback.deliveries
    where endpoint_id > ${from} and status in (${WAITING})
    order by endpoint_id limit 1)`
  const { rows } = await db.execute<{ endpoint_id: Id<'endpoint'> }>(sql`
    with recursive waiting (endpoint_id) as (
      select ${next(sql`${after ?? ''}`)}
      union all
      select ${next(sql.raw('waiting.endpoint_id'))} from waiting where endpoint_id is not null
    )
    select endpoint_id from waiting where endpoint_id is not null limit ${limit}`)
  return rows.map((row) => row.endpoint_id)
}

/**
 * Takes deliveries of these endpoints that are due, or nearly, and have no live alarm: of each the longest waiting
 * first, and no more than leaves it with `perEndpoint` live ones. Several sweepers beside each other skip each other's.
 * What is taken is looked at again after its grace, should the alarm be lost.
 */
export async function takeUnalarmed(
  db: Db,
  endpointIds: readonly Id<'endpoint'>[],
  perEndpoint: number,
): Promise<Alarm[]> {
  const { rows } = await db.execute<{ id: Id<'delivery'>; attempt: number; delay_ms: number }>(sql`
    with unalarmed as (
      select d.id
      from unnest(${sql.param([...endpointIds])}::text[]) as e (id)
      cross join lateral (
        select ${perEndpoint}::int - count(*) as room
        from (
          select from ringback.deliveries
          where endpoint_id = e.id and status in (${WAITING})
            and wake_at > now() and wake_at <= now() + ${seconds(ALARM_GRACE)}
          limit ${perEndpoint}
        ) as alarmed
      ) as share
      cross join lateral (
        select id from ringback.deliveries
        where endpoint_id = e.id and status in (${WAITING}) and wake_at <= now()
        order by wake_at
        limit share.room
        for update skip locked
      ) as d
    )
    update ringback.deliveries d
    set wake_at = greatest(d.due_at, now()) + ${seconds(ALARM_GRACE)}
    from unalarmed
    where d.id = unalarmed.id
    returning d.id, d.attempt_count + 1 as attempt, extract(epoch from d.due_at - now())::float8 * 1000 as delay_ms`)
  return rows.map(({ id, attempt, delay_ms }) => ({ id, attempt, delayMs: delay_ms }))
}

/**
 * Puts back deliveries whose endpoint has no place for them now. They count as its live alarms until they are looked at
 * again, so an endpoint that stands still is not asked again and again.
 */
export async function putBack(db: Db, ids: readonly Id<'delivery'>[]): Promise<void> {
  await db.execute(sql`
    update ringback.deliveries set wake_at = now() + (1 + random()) * ${seconds(PUT_BACK)}
    where id = any(${sql.param([...ids])}) and wake_at is not null`)
}
