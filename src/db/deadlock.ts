import type { Db } from './open.ts'

/** Postgres ends one of two transactions that wait for one another (SQLSTATE 40P01); it may simply be run again. */
const DEADLOCK = '40P01'

/** More would mean that something locks in another order than it should. */
const TRIES = 3

/** Runs a transaction, and again when Postgres chose it to end a deadlock. */
export async function retryOnDeadlock<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await transaction()
    } catch (error) {
      if (tried === TRIES || sqlState(error) !== DEADLOCK) throw error
    }
  }
}

/** The SQLSTATE of an error that came from Postgres, also through drizzle, which wraps it. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string' && error.code.length === 5) return error.code
  return sqlState(error.cause)
}

/** Runs work in a transaction, and again when Postgres chose it to end a deadlock. */
export const inTransaction = <T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> =>
  retryOnDeadlock(() => db.transaction(work))
