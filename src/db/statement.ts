/**
 * Statements of the hot path, whose text is made once. Drizzle builds a query anew each time, which for the long ones takes an
 * eighth of all that a process does for an event that comes alone; of a kept text it fills in the values.
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

/**
 * The name under which a query of Drizzle's is prepared that is kept here: none, to node-postgres. Whether a connection keeps it under
 * a name is for `plan-once.ts` to say, which knows whether a pooler stands in between.
 */
export const UNNAMED = ''

const dialect = new PgDialect()
const built = remembered((text: SQL) => dialect.sqlToQuery(text))

/** Runs a statement. @returns its rows, as Postgres names their columns */
export async function run<Row extends Record<string, unknown>>(
  db: Db,
  { text, values }: Statement,
): Promise<Row[]> {
  // As `db.execute` does, but for the building.
  const query = db._.session.prepareQuery(built(text), undefined, undefined, false)
  const { rows } = (await query.execute(values)) as { rows: Row[] }
  return rows
}
