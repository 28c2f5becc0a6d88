/** How Postgres runs a statement of a store: the statement itself, explained, and undone. */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../src/db/open.ts'

/** @param run asks the store; what it gets is of no use */
export async function planOf(db: Db, run: (explained: Db) => Promise<unknown>): Promise<string> {
  let plan = ''
  await db
    .transaction(async (tx) => {
      const explained = {
        async execute(statement: SQL) {
          const { rows } = await tx.execute<{ 'QUERY PLAN': string }>(
            sql`explain (analyze, buffers, costs off, summary off) ${statement}`,
          )
          plan = rows.map((row) => row['QUERY PLAN']).join('\n')
          return { rows: [{}], rowCount: 0 }
        },
      }
      await run(explained as unknown as Db)
      tx.rollback()
    })
    .catch((error) => {
      if (plan === '') throw error
    })
  return plan
}
