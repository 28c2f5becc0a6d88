import { sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'

/** The first answer to a request with an `Idempotency-Key`. */
export interface KeptAnswer {
  owner: string
  key: string
  fingerprint: Buffer
  status: number
  /** Sealed, bound to `answerId`: it may hold a secret that is shown this once. */
  body: Buffer
}

/** How long an answer is kept, as the API promises; what is older counts as absent, removed or not. */
const KEPT = sql.raw(`interval '24 hours'`)

/**
 * The status of a request that is done in parts, until all of them are: it has no answer yet.
 * Source: RFC 2518 section 10.1 (102 Processing); no request of ours is ever answered so.
 */
export const BEGUN = 102

/** One name for a caller's key; an owner cannot hold a line break. Also the row's id for sealing. */
export function answerId(owner: string, key: string): string {
  return `${owner}\n${key}`
}

/**
 * Keeps answers, each only if its key is free: never used, or used more than 24 hours ago. Waits for a transaction that
 * is just now keeping the same key. Of several answers with one key the first is kept.
 * @returns the `answerId`s of those that were kept; a key that is missing was taken
 */
export async function insertAnswers(db: Db, answers: readonly KeptAnswer[]): Promise<Set<string>> {
  if (answers.length === 0) return new Set()
  const rows = inLockOrder(answers)
  const { rows: kept } = await db.execute<{ owner: string; key: string }>(sql`
    insert into ringback.idempotency_keys as taken (owner, key, fingerprint, status, body)
    select * from unnest(
      ${sql.param(rows.map((row) => row.owner))}::text[],
      ${sql.param(rows.map((row) => row.key))}::text[],
      ${sql.param(rows.map((row) => row.fingerprint))}::bytea[],
      ${sql.param(rows.map((row) => row.status))}::int[],
      ${sql.param(rows.map((row) => row.body))}::bytea[])
    on conflict (owner, key) do update
      set fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, created_at = now()
      where taken.created_at < now() - ${KEPT}
    returning owner, key`)
  return new Set(kept.map((row) => answerId(row.owner, row.key)))
}

/** Writes other answers under keys that this same transaction has just taken. */
export async function replaceAnswers(db: Db, answers: readonly KeptAnswer[]): Promise<void> {
  if (answers.length === 0) return
  await db.execute(sql`
    update ringback.idempotency_keys as taken set status = other.status, body = other.body
    from unnest(
      ${sql.param(answers.map((answer) => answer.owner))}::text[],
      ${sql.param(answers.map((answer) => answer.key))}::text[],
      ${sql.param(answers.map((answer) => answer.status))}::int[],
      ${sql.param(answers.map((answer) => answer.body))}::bytea[]) as other (owner, key, status, body)
    where taken.owner = other.owner and taken.key = other.key`)
}

/**
 * Writes the answer to a request that was only begun (`BEGUN`); one that has its answer keeps it.
 * @returns whether it was written
 */
export async function finishAnswer(db: Db, { owner, key, status, body }: KeptAnswer): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update ringback.idempotency_keys set status = ${status}, body = ${body}
    where owner = ${owner} and key = ${key} and status = ${BEGUN}`)
  return rowCount === 1
}

/** Two transactions that keep the same keys take them in the same order, so they never wait for each other in a ring. */
function inLockOrder(answers: readonly KeptAnswer[]): KeptAnswer[] {
  const byId = new Map<string, KeptAnswer>()
  for (const answer of answers) {
    const id = answerId(answer.owner, answer.key)
    // A statement may not touch a row twice.
    if (!byId.has(id)) byId.set(id, answer)
  }
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, answer]) => answer)
}

/** The answers that are kept for these keys, in no particular order. */
export async function findAnswers(
  db: Db,
  keys: readonly { owner: string; key: string }[],
): Promise<KeptAnswer[]> {
  if (keys.length === 0) return []
  const { rows } = await db.execute<KeptAnswer & Record<string, unknown>>(sql`
    select owner, key, fingerprint, status, body
    from ringback.idempotency_keys
    join (select distinct * from unnest(
      ${sql.param(keys.map(({ owner }) => owner))}::text[],
      ${sql.param(keys.map(({ key }) => key))}::text[]) as asked (owner, key)) as asked using (owner, key)
    where created_at >= now() - ${KEPT}`)
  return rows
}

/**
 * Removes the answers that are older than 24 hours.
 * @returns how many
 */
export async function removeExpiredAnswers(db: Db): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from ringback.idempotency_keys where created_at < now() - ${KEPT}`)
  return rowCount ?? 0
}
