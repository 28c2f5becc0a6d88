import { and, desc, eq, inArray, isNull, lt, ne, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import type { Id } from '../ids.ts'
import { recoveries } from './table.ts'

/** A recovery as stored. */
export type RecoveryRow = typeof recoveries.$inferSelect

/** What a new recovery begins with; it runs at once. */
export type NewRecovery = Pick<
  RecoveryRow,
  | 'id'
  | 'endpointId'
  | 'statuses'
  | 'eventType'
  | 'after'
  | 'before'
  | 'includeUnsent'
  | 'perSecond'
  | 'matched'
  | 'createdAt'
>

export async function insertRecovery(db: Db, tenantId: string, recovery: NewRecovery): Promise<RecoveryRow> {
  const rows = await db
    .insert(recoveries)
    .values({ ...recovery, tenantId })
    .returning()
  return rows[0]!
}

/** One of a tenant's recoveries, if there is such. */
export async function findRecovery(
  db: Db,
  tenantId: string,
  id: Id<'recovery'>,
): Promise<RecoveryRow | undefined> {
  const rows = await db.select().from(recoveries).where(itself(tenantId, id))
  return rows[0]
}

/** As `findRecovery`, and locked until the transaction ends; waits for a step that is being made. */
export async function lockRecovery(
  db: Db,
  tenantId: string,
  id: Id<'recovery'>,
): Promise<RecoveryRow | undefined> {
  const rows = await db.select().from(recoveries).where(itself(tenantId, id)).for('update')
  return rows[0]
}

/** A tenant's recoveries, newest first. */
export function listRecoveries(
  db: Db,
  tenantId: string,
  { olderThan, limit }: { olderThan?: Id<'recovery'> | undefined; limit: number },
): Promise<RecoveryRow[]> {
  return db
    .select()
    .from(recoveries)
    .where(and(eq(recoveries.tenantId, tenantId), olderThan && lt(recoveries.id, olderThan)))
    .orderBy(desc(recoveries.id))
    .limit(limit)
}

/** Steers a recovery by hand; waits for a step that is being made. Undefined: no such recovery, or it is final. */
export async function steer(
  db: Db,
  tenantId: string,
  id: Id<'recovery'>,
  status: 'running' | 'paused' | 'canceled',
): Promise<RecoveryRow | undefined> {
  const rows = await db
    .update(recoveries)
    .set({ status })
    .where(and(itself(tenantId, id), inArray(recoveries.status, ['running', 'paused'])))
    .returning()
  return rows[0]
}

/**
 * How many of a tenant's recoveries are at work, but for one; none begins or goes on beside us until the transaction
 * ends. One that has set all going, and runs only until that has ended, is no work.
 */
export async function countAtWork(
  db: Db,
  tenantId: string,
  butFor: Id<'recovery'> | null = null,
): Promise<number> {
  await db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`ringback recoveries ${tenantId}`}, 0))`,
  )
  return db.$count(
    recoveries,
    and(
      eq(recoveries.tenantId, tenantId),
      eq(recoveries.status, 'running'),
      isNull(recoveries.exhaustedAt),
      butFor ? ne(recoveries.id, butFor) : undefined,
    ),
  )
}

/** The recoveries of all tenants that run, oldest first. */
export async function runningRecoveries(
  db: Db,
): Promise<Pick<RecoveryRow, 'id' | 'tenantId' | 'perSecond'>[]> {
  const { rows } = await db.execute<Pick<RecoveryRow, 'id' | 'tenantId' | 'perSecond'>>(sql`
    select id, tenant_id as "tenantId", per_second as "perSecond" from ringback.recoveries
    where status = 'running' order by id`)
  return rows
}

/**
 * Locks a recovery that runs, until the transaction ends: whoever steers it waits.
 * @returns undefined when it does not run any more, or another process is moving it on
 */
export async function takeRunning(
  db: Db,
  tenantId: string,
  id: Id<'recovery'>,
): Promise<RecoveryRow | undefined> {
  const rows = await db
    .select()
    .from(recoveries)
    .where(and(itself(tenantId, id), eq(recoveries.status, 'running')))
    .for('update', { skipLocked: true })
  return rows[0]
}

/** How far a recovery has come with a step. */
export interface RecoveryStep {
  started: number
  deliveryCursor: Id<'delivery'> | null
  eventCursor: Id<'event'> | null
  exhausted: boolean
}

export async function saveStep(
  db: Db,
  tenantId: string,
  id: Id<'recovery'>,
  { started, deliveryCursor, eventCursor, exhausted }: RecoveryStep,
): Promise<void> {
  await db
    .update(recoveries)
    .set({
      restarted: sql`${recoveries.restarted} + ${started}`,
      deliveryCursor,
      eventCursor,
      exhaustedAt: exhausted ? sql`now()` : null,
    })
    .where(itself(tenantId, id))
}

export async function finish(db: Db, tenantId: string, id: Id<'recovery'>): Promise<void> {
  await db.update(recoveries).set({ status: 'finished', finishedAt: sql`now()` }).where(itself(tenantId, id))
}

/**
 * Lets one transaction at a time make what was never sent to a tenant's endpoints: two recoveries that look at one event
 * would both find it missing.
 */
export async function lockUnsent(db: Db, tenantId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`ringback unsent ${tenantId}`}, 0))`)
}

/** When this transaction began by Postgres' clock, as the tables keep it. */
export async function transactionTime(db: Db): Promise<Date> {
  const { rows } = await db.execute<{ now: string }>(
    sql`select (extract(epoch from now()::timestamptz(3)) * 1000)::bigint as now`,
  )
  return new Date(Number(rows[0]!.now))
}

const itself = (tenantId: string, id: Id<'recovery'>) =>
  and(eq(recoveries.tenantId, tenantId), eq(recoveries.id, id))
