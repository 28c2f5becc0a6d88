import { type Column, type SQL, sql } from 'drizzle-orm'

/**
 * That a column has one of some values. Its text is the same for any number of them, unlike that of Drizzle's `inArray`, so
 * that a connection plans it once.
 */
export const among = <Value>(column: Column, values: readonly Value[]): SQL =>
  sql`${column} = any(${sql.param([...values])})`
