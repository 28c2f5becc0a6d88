import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { among } from '../db/among.ts'
import type { Db } from '../db/open.ts'
import type { Refusal } from './handover.ts'
import { outbox } from './table.ts'

/** An event that a host left, or that was refused. */
export type HandoverRow = typeof outbox.$inferSelect

/** The channel on which a host's commit tells of it. */
export const HANDED_OVER = 'ringback_outbox'

/** Any number will do, as long as it is always the same: `outbox` in base 256, cut to what a lock takes. */
const TURN = 0x6f_75_74_62

/** Bounds what lies in memory at once; a page that it cuts holds one at least. */
const PAGE_BYTES = 8 * 1024 * 1024

/** Whether it is this transaction's turn to accept what was handed over: one at a time, so that the order holds. */
export async function takeTurn(tx: Db): Promise<boolean> {
  const { rows } = await tx.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${TURN}) as mine`)
  return rows[0]!.mine
}

/** The oldest that wait. */
export async function oldestHandovers(db: Db, limit: number): Promise<HandoverRow[]> {
  const page = db
    .select({
      seq: outbox.seq,
      total: sql<number>`sum(octet_length(${outbox.event})) over (order by ${outbox.seq})`.as('total'),
      place: sql<number>`row_number() over (order by ${outbox.seq})`.as('place'),
    })
    .from(
      db
        .select()
        .from(outbox)
        .where(isNull(outbox.refusedAt))
        .orderBy(asc(outbox.seq))
        .limit(limit)
        .as('outbox'),
    )
    .as('page')
  const fitting = db
    .select({ seq: page.seq })
    .from(page)
    .where(sql`${page.total} <= ${PAGE_BYTES} or ${page.place} = 1`)
  return db.select().from(outbox).where(inArray(outbox.seq, fitting)).orderBy(asc(outbox.seq))
}

/**
 * Takes them away, for the transaction that accepts them.
 * @returns those that were there; another process has the others
 */
export async function removeHandovers(tx: Db, seqs: readonly bigint[]): Promise<Set<bigint>> {
  const ours = tx
    .select({ seq: outbox.seq })
    .from(outbox)
    .where(among(outbox.seq, seqs))
    .orderBy(asc(outbox.seq))
    .for('update', { skipLocked: true })
  const removed = await tx.delete(outbox).where(inArray(outbox.seq, ours)).returning({ seq: outbox.seq })
  return new Set(removed.map(({ seq }) => seq))
}

/** Sets one aside. */
export async function refuseHandover(db: Db, seq: bigint, problem: Refusal): Promise<void> {
  await db
    .update(outbox)
    .set({ refusedAt: sql`now()`, problem })
    .where(and(eq(outbox.seq, seq), isNull(outbox.refusedAt)))
}

/** Those that were refused, newest first. */
export function listRefused(
  db: Db,
  { olderThan, limit }: { olderThan: bigint | undefined; limit: number },
): Promise<HandoverRow[]> {
  return db
    .select()
    .from(outbox)
    .where(and(isNotNull(outbox.refusedAt), olderThan === undefined ? undefined : lt(outbox.seq, olderThan)))
    .orderBy(desc(outbox.seq))
    .limit(limit)
}

/** Lets one that was refused be tried again. @returns whether there is such */
export async function retryRefused(db: Db, seq: bigint): Promise<HandoverRow | undefined> {
  const [row] = await db
    .update(outbox)
    .set({ refusedAt: null, problem: null })
    .where(and(eq(outbox.seq, seq), isNotNull(outbox.refusedAt)))
    .returning()
  if (row) await db.execute(sql`select pg_notify(${HANDED_OVER}, '')`)
  return row
}

/** Takes one away that was refused. @returns it, if there is such */
export async function discardRefused(db: Db, seq: bigint): Promise<HandoverRow | undefined> {
  const [row] = await db
    .delete(outbox)
    .where(and(eq(outbox.seq, seq), isNotNull(outbox.refusedAt)))
    .returning()
  return row
}

/**
 * Takes away all of a tenant, waiting or refused.
 * @param before only what was written before
 */
export async function removeHandoversOf(db: Db, tenantId: string, before?: Date): Promise<void> {
  await db
    .delete(outbox)
    .where(
      and(eq(outbox.tenantId, tenantId), before === undefined ? undefined : lt(outbox.createdAt, before)),
    )
}

/** Lets go of what was refused before then. */
export async function removeRefused(db: Db, before: Date): Promise<void> {
  await db.delete(outbox).where(lt(outbox.refusedAt, before))
}
