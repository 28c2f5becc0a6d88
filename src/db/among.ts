import { type Column, is, Placeholder, type SQL, sql } from 'drizzle-orm'

/**
 * That a column has one of some values. Its text is the same for any number of them, unlike that of Drizzle's `inArray`, so
 * that a connection plans it once.
 * @param values or the place of them, in a query that is kept
 */
export const among = <Value>(column: Column, values: readonly Value[] | Placeholder): SQL =>
  sql`${column} = any(${isPlace(values) ? values : sql.param([...values])})`

const isPlace = (values: readonly unknown[] | Placeholder): values is Placeholder => is(values, Placeholder)
