/**
 * Statements of the hot path, whose text is made once. Drizzle builds a query anew each time, which for the long ones takes a
 * tenth of all that a process does for an event that comes alone; of a kept text it fills in the values.
 */
import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { remembered } from '../remembered.ts'
import type { Db } from './open.ts'

/** A statement to be run, alone or as a part of another. */
export interface Statement {
  /** With `sql.placeholder` where values go; the same object each time, so that it is built once. */
  text: SQL
  /** By the names of the placeholders. */
  values: Values
}

/** What is filled in, by name. An array of values is one, for `unnest` or `any`. */
export type Values = Record<string, unknown>

/** One that does nothing: what goes along where nothing does. */
export const NOTHING: Statement = { text: sql`select`, values: {} }

/** What a query is prepared under that Drizzle makes: which statements a connection keeps by name is for `plan-once.ts` to say. */
export const UNNAMED = ''

const dialect = new PgDialect()
const built = remembered((text: SQL) => dialect.sqlToQuery(text))

/** Runs a statement. @returns its rows, as Postgres names their columns */
export async function run<Row extends Record<string, unknown>>(
  db: Db,
  { text, values }: Statement,
): Promise<Row[]> {
  const query = db._.session.prepareQuery(built(text), undefined, undefined, false)
  const { rows } = (await query.execute(values)) as { rows: Row[] }
  return rows
}

/** Rows of ours as a table in a statement. */
export interface GivenRows<Row> {
  /** For its `from`: the table with its name and its columns. */
  table: SQL
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
  const names = all.map(({ column }) => sql.identifier(column))
  return {
    table: sql`unnest(${sql.join(arrays, sql`, `)}) as ${sql.identifier(name)} (${sql.join(names, sql`, `)})`,
    values: (rows) => Object.fromEntries(all.map(({ key, value }) => [key, rows.map(value)])),
  }
}
