import { type SQL, sql } from 'drizzle-orm'
import type { Values } from './statement.ts'

/** Rows of ours as a table in a statement. */
export interface GivenRows<Row> {
  /** For its `from`: the table with its name and its columns. */
  table: SQL
  /** The names of its columns, for a `select` and for an `insert` of the same. */
  columns: SQL
  /** What it is run with. */
  values(rows: readonly Row[]): Values
}

let tables = 0

/**
 * Makes such a table: an array for each column, unnested.
 * @param name what it is called in the statement
 * @param columns by their names in it: the type in Postgres, and the value of a row
 */
export function givenRows<Row>(
  name: string,
  columns: Record<string, readonly [type: string, value: (row: Row) => unknown]>,
): GivenRows<Row> {
  // Two tables of one name may go in one statement, each as a part of its own.
  const own = `${name} ${tables++}`
  const all = Object.entries(columns).map(([column, [type, value]]) => ({
    column,
    type,
    value,
    key: `${own}.${column}`,
  }))
  const arrays = all.map(({ key, type }) => sql`${sql.placeholder(key)}::${sql.raw(type)}[]`)
  const names = sql.join(
    all.map(({ column }) => sql.identifier(column)),
    sql`, `,
  )
  return {
    table: sql`unnest(${sql.join(arrays, sql`, `)}) as ${sql.identifier(name)} (${names})`,
    columns: names,
    values: (rows) => Object.fromEntries(all.map(({ key, value }) => [key, rows.map(value)])),
  }
}
