import { sql } from 'drizzle-orm'
import type { Db } from './open.ts'

/**
 * Lets one transaction at a time make or change what goes by a name, whether it is there yet or not: what it reads of it
 * stays so until it ends.
 * @param kind what is named, such as `tenant`
 */
export async function lockName(tx: Db, kind: string, name: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`ringback name of ${kind} ${name}`}, 0))`,
  )
}
