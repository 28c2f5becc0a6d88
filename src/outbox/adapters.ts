/** One narrow adapter for each library: a transaction of the host's, as something that runs a statement with values. */

/** A transaction of the host's. */
export interface Transaction {
  /** @param text SQL, with `$1`, `$2`, ... in the order of the values, each once */
  execute(text: string, values: readonly string[]): Promise<unknown>
}

/** node-postgres: a client between `begin` and `commit`. */
export const fromPg = (client: {
  // biome-ignore lint/suspicious/noExplicitAny: pg has a dozen forms of this
  query(text: string, values: any[]): Promise<unknown>
}): Transaction => ({ execute: (text, values) => client.query(text, [...values]) })

/** Drizzle: the `tx` of `db.transaction`, over whatever driver. It takes text alone, so the values are written into it. */
export const fromDrizzle = (tx: { execute(text: string): PromiseLike<unknown> }): Transaction => ({
  execute: async (text, values) => tx.execute(text.replace(/\$(\d+)/g, (_, n) => literal(values[n - 1]!))),
})

/** Knex: the `trx` of `knex.transaction`. */
export const fromKnex = (trx: {
  // biome-ignore lint/suspicious/noExplicitAny: Knex has bindings of its own types
  raw(text: string, bindings: any): PromiseLike<unknown>
}): Transaction => ({ execute: async (text, values) => trx.raw(text.replace(/\$\d+/g, '?'), [...values]) })

/** Kysely: the `trx` of `db.transaction().execute(...)`. */
export const fromKysely = (trx: {
  // biome-ignore lint/suspicious/noExplicitAny: a query as Kysely has it when it is compiled
  executeQuery(query: any): Promise<unknown>
}): Transaction => ({
  execute: (text, values) =>
    trx.executeQuery({
      sql: text,
      parameters: values,
      query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
      queryId: { queryId: 'ringback' },
    }),
})

/** postgres.js: the `sql` of `sql.begin`. */
export const fromPostgresJs = (sql: {
  // biome-ignore lint/suspicious/noExplicitAny: postgres.js has parameters of its own types
  unsafe(text: string, values: any[]): PromiseLike<unknown>
}): Transaction => ({ execute: async (text, values) => sql.unsafe(text, [...values]) })

/** Prisma: the `tx` of `prisma.$transaction(async (tx) => ...)`. */
export const fromPrisma = (tx: {
  // biome-ignore lint/suspicious/noExplicitAny: as Prisma declares it
  $executeRawUnsafe(text: string, ...values: any[]): PromiseLike<number>
}): Transaction => ({ execute: async (text, values) => tx.$executeRawUnsafe(text, ...values) })

/**
 * A value as text of SQL, whatever `standard_conforming_strings` says.
 * Source: PostgreSQL 18 documentation, section 4.1.2.2 (String Constants with C-Style Escapes).
 */
const literal = (value: string) => `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
