import { and, desc, eq, gt, gte, isNull, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { run } from '../db/statement.ts'
import { firstIdAt, type Id } from '../ids.ts'
import { OPERATOR_TENANT } from '../tenants/tenant.ts'
import type { Traceparent } from '../trace-context.ts'
import { insertionOfEvents } from './store/insertion.ts'
import { events, externalIds } from './table.ts'

export * from './store/leave.ts'

/** An event as it is listed: all but its bytes. `createdAt` is the time in its id. */
export type EventRow = Omit<typeof events.$inferSelect, 'body' | 'traceparent'>

const listed = {
  id: events.id,
  tenantId: events.tenantId,
  type: events.type,
  externalId: events.externalId,
  occurredAt: events.occurredAt,
  metadata: events.metadata,
  deliveryCount: events.deliveryCount,
  erasedAt: events.erasedAt,
}

/** An event to be stored. */
export type NewEvent = Omit<EventRow, 'erasedAt'> & { body: Buffer; traceparent?: Traceparent | null }

/** Which events a list wants; times are of creation, `after` inclusive, `before` exclusive. */
export interface EventQuery {
  type?: string | undefined
  after?: Date | undefined
  before?: Date | undefined
  /** Where the last page ended. */
  olderThan?: Id<'event'> | undefined
  limit: number
}

/** A tenant's events, newest first. */
export function listEvents(db: Db, tenantId: string, query: EventQuery): Promise<EventRow[]> {
  return list(db, eq(events.tenantId, tenantId), query)
}

/** The events of all tenants but the operator's own, newest first. */
export function listAllEvents(db: Db, query: EventQuery): Promise<EventRow[]> {
  return list(db, ne(events.tenantId, OPERATOR_TENANT), query)
}

/** Times become id ranges, so that partitions prune. */
function list(db: Db, owner: SQL, query: EventQuery): Promise<EventRow[]> {
  return db
    .select(listed)
    .from(events)
    .where(
      and(
        owner,
        query.type === undefined ? undefined : eq(events.type, query.type),
        query.after && gte(events.id, firstIdAt('event', query.after.getTime())),
        query.before && lt(events.id, firstIdAt('event', query.before.getTime())),
        query.olderThan && lt(events.id, query.olderThan),
      ),
    )
    .orderBy(desc(events.id))
    .limit(query.limit)
}

/** Which of a tenant's events are walked, in the order of their making; times as in a list. */
export interface EventWindow {
  type: string | null
  after: Date
  before: Date
}

/** How many events lie in a window; counts no further than `most`. */
export async function countEvents(
  db: Db,
  tenantId: string,
  window: EventWindow,
  most: number,
): Promise<number> {
  const inWindow = db
    .select({ id: events.id })
    .from(events)
    .where(isWithin(tenantId, window, null))
    .limit(most)
  return db.$count(inWindow.as('in_window'))
}

/**
 * The next events of a window, oldest first.
 * @param cursor where the last page ended; null: from the first
 * @param bodies whether their bytes are wanted too; null otherwise
 */
export function walkEvents(
  db: Db,
  tenantId: string,
  window: EventWindow,
  cursor: Id<'event'> | null,
  { limit, bodies }: { limit: number; bodies: boolean },
): Promise<{ id: Id<'event'>; type: string; body: Buffer | null }[]> {
  return db
    .select({ id: events.id, type: events.type, body: bodies ? events.body : sql<null>`null` })
    .from(events)
    .where(isWithin(tenantId, window, cursor))
    .orderBy(events.id)
    .limit(limit)
}

function isWithin(tenantId: string, { type, after, before }: EventWindow, cursor: Id<'event'> | null) {
  return and(
    eq(events.tenantId, tenantId),
    gt(events.id, cursor ?? firstIdAt('event', after.getTime())),
    lt(events.id, firstIdAt('event', before.getTime())),
    type === null ? undefined : eq(events.type, type),
    // Without its data it cannot be sent.
    isNull(events.erasedAt),
  )
}

/** One of a tenant's events, with its bytes; null: they were erased. */
export async function findEvent(
  db: Db,
  tenantId: string,
  id: Id<'event'>,
): Promise<(EventRow & { body: Buffer | null }) | undefined> {
  const rows = await db
    .select()
    .from(events)
    .where(and(eq(events.tenantId, tenantId), eq(events.id, id)))
  return rows[0]
}

/**
 * A tenant's newest events with their bytes: as many as fit into `mostBytes`, and the newest in any case. How long a body is
 * Postgres knows without reading it.
 */
export async function newestEvents(
  db: Db,
  tenantId: string,
  { after, limit, mostBytes }: { after?: Date | undefined; limit: number; mostBytes: number },
): Promise<{ id: Id<'event'>; type: string; body: Buffer }[]> {
  const { rows } = await db.execute<{ id: Id<'event'>; type: string; body: Buffer }>(sql`
    with newest as materialized (
      select id, octet_length(body) as length from ${events}
      where tenant_id = ${tenantId} and id >= ${firstIdAt('event', after?.getTime() ?? 0)} and erased_at is null
      order by id desc limit ${limit}
    ), fitting as (
      select id from (
        select id, sum(length) over w as total, row_number() over w as place from newest window w as (order by id desc)
      ) as summed
      where total <= ${mostBytes} or place = 1
    )
    select e.id, e.type, e.body from ${events} e
    where e.tenant_id = ${tenantId} and e.id in (select id from fitting)
      and e.id >= (select min(id) from fitting)
    order by e.id desc`)
  return rows
}

/** What is sent of an event, and the trace that it belongs to. */
export interface EventContent {
  body: Buffer
  traceparent: Traceparent | null
}

/** Stores new events in one statement. */
export async function insertEvents(db: Db, rows: readonly NewEvent[]): Promise<void> {
  await run(db, insertionOfEvents(rows))
}

/** One host's own id, and the event that wants it. */
export interface ExternalIdClaim {
  tenantId: string
  externalId: string
  eventId: Id<'event'>
}

/**
 * Takes the hosts' own ids that are free.
 * @returns the events that got theirs; for the others an earlier event stands, see `findByExternalIds`
 */
export async function claimExternalIds(
  db: Db,
  claims: readonly ExternalIdClaim[],
): Promise<Set<Id<'event'>>> {
  // Sorted, so that two transactions that want the same ids wait for one another in one order and never deadlock.
  const sorted = claims.toSorted(
    (a, b) => compare(a.tenantId, b.tenantId) || compare(a.externalId, b.externalId),
  )
  const rows = await db
    .insert(externalIds)
    .values(sorted)
    .onConflictDoNothing()
    .returning({ eventId: externalIds.eventId })
  return new Set(rows.map((row) => row.eventId))
}

/** The events that hold these hosts' own ids. */
export async function findByExternalIds(
  db: Db,
  keys: readonly Pick<ExternalIdClaim, 'tenantId' | 'externalId'>[],
): Promise<EventRow[]> {
  return db
    .select(listed)
    .from(events)
    .innerJoin(externalIds, eq(externalIds.eventId, events.id))
    .where(
      sql`(${externalIds.tenantId}, ${externalIds.externalId}) in (
        select * from unnest(${sql.param(keys.map((k) => k.tenantId))}::text[], ${sql.param(keys.map((k) => k.externalId))}::text[]))`,
    )
}

/** Frees the hosts' own ids of a tenant; its events stay. */
export async function removeExternalIds(db: Db, tenantId: string): Promise<void> {
  await db.delete(externalIds).where(eq(externalIds.tenantId, tenantId))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
