import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { run } from '../db/statement.ts'
import { DAY } from '../duration.ts'
import { firstIdAt, type Id, timeOfId } from '../ids.ts'
import { insertionOfAttempts } from './insertion.ts'
import { attempts } from './table.ts'

/** An attempt as stored; `startedAt` is the time in its id. */
export type AttemptRow = typeof attempts.$inferSelect

/** An attempt to be stored. */
export type NewAttempt = Omit<AttemptRow, 'traceId'> & { traceId?: string | null }

/**
 * Before this, no attempt of a delivery is looked for: older partitions are not read. A day of slack, since the clock of
 * the worker that made the attempt may be behind the one of the process that accepted the event.
 */
const earliest = (deliveryMadeAt: number) => firstIdAt('attempt', deliveryMadeAt - DAY)

/** Which part of a log is wanted. */
export interface AttemptQuery {
  /** Where the last page ended. */
  after?: number | undefined
  limit: number
}

/** The log of a delivery, oldest first. */
export function listAttempts(
  db: Db,
  tenantId: string,
  deliveryId: Id<'delivery'>,
  query: AttemptQuery,
): Promise<AttemptRow[]> {
  return db
    .select()
    .from(attempts)
    .where(
      and(
        eq(attempts.tenantId, tenantId),
        eq(attempts.deliveryId, deliveryId),
        gt(attempts.id, earliest(timeOfId(deliveryId))),
        query.after === undefined ? undefined : gt(attempts.number, query.after),
      ),
    )
    .orderBy(asc(attempts.number))
    .limit(query.limit)
}

/** A delivery, as far as its last attempt goes. */
type Tried = { id: Id<'delivery'>; attemptCount: number }

/** The last attempt of each of these deliveries that has one. */
export async function lastAttempts(
  db: Db,
  tenantId: string,
  deliveries: readonly Tried[],
): Promise<Map<Id<'delivery'>, AttemptRow>> {
  return lastOf(db, eq(attempts.tenantId, tenantId), deliveries)
}

/** The same for deliveries of many tenants: whoever asks has loaded them, for somebody who may see them all. */
export async function lastAttemptsOf(
  db: Db,
  deliveries: readonly Tried[],
): Promise<Map<Id<'delivery'>, AttemptRow>> {
  return lastOf(db, undefined, deliveries)
}

async function lastOf(
  db: Db,
  owner: SQL | undefined,
  deliveries: readonly Tried[],
): Promise<Map<Id<'delivery'>, AttemptRow>> {
  const tried = deliveries.filter((delivery) => delivery.attemptCount > 0)
  if (tried.length === 0) return new Map()
  const oldest = Math.min(...tried.map((delivery) => timeOfId(delivery.id)))
  const rows = await db
    .select()
    .from(attempts)
    .where(
      and(
        owner,
        gt(attempts.id, earliest(oldest)),
        sql`(${attempts.deliveryId}, ${attempts.number}) in (
          select * from unnest(${sql.param(tried.map((d) => d.id))}::text[], ${sql.param(tried.map((d) => d.attemptCount))}::int[]))`,
      ),
    )
  return new Map(rows.map((row) => [row.deliveryId, row]))
}

/** Writes attempts in one statement. Whoever calls has fenced them: their deliveries stand at these numbers. */
export async function insertAttempts(db: Db, rows: readonly NewAttempt[]): Promise<void> {
  await run(db, insertionOfAttempts(rows))
}

/** Removes the attempts of these deliveries, save those made at `before` or later. */
export async function removeAttempts(
  db: Db,
  deliveryIds: readonly Id<'delivery'>[],
  before: number,
): Promise<void> {
  if (deliveryIds.length === 0) return
  const oldest = Math.min(...deliveryIds.map(timeOfId))
  await db.execute(sql`
    delete from ringback.attempts
    where delivery_id = any(${sql.param([...deliveryIds])}::text[])
      and id > ${earliest(oldest)} and id < ${firstIdAt('attempt', before)}`)
}

/** Erases what receivers answered to an event. @returns how many attempts held something */
export async function eraseAnswers(db: Db, tenantId: string, eventId: Id<'event'>): Promise<number> {
  const { rowCount } = await db.execute(sql`
    update ringback.attempts a set response_body = null, response_headers = null
    where a.tenant_id = ${tenantId} and a.id > ${earliest(timeOfId(eventId))} and a.delivery_id in (
      select d.id from ringback.deliveries d where d.tenant_id = ${tenantId} and d.event_id = ${eventId})
      and (a.response_body is not null or a.response_headers is not null)`)
  return rowCount ?? 0
}
