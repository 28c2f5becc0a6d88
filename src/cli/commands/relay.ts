import { once } from 'node:events'
import { OUTBOX_TABLE, outboxSchema, type RefusedRow, startRelay } from '../../outbox/index.ts'
import { identifier } from '../../outbox/schema.ts'
import type { Cli } from '../frame/cli.ts'
import { apiCommand, type ConnectionOptions, connect } from '../frame/connection.ts'
import { usage } from '../frame/exit.ts'
import { jsonText, plain } from '../frame/terminal.ts'

interface RelayCommandOptions extends ConnectionOptions {
  database?: string
  table: string
  schema?: boolean
}

/** `ringback relay`: moves what waits in the outbox of a host's own database, until it is ended. */
export const relayCommand = (cli: Cli) =>
  apiCommand(
    'relay',
    'Move events from an outbox in a database of your own; many may run; --json writes what is refused, a line each',
  )
    .option('--database <url>', 'the Postgres that has the outbox (DATABASE_URL)')
    .option('--table <table>', 'the outbox, with its schema if it has one', OUTBOX_TABLE)
    .option('--schema', 'print the SQL that makes the outbox, and do nothing')
    .example('relay --schema | psql "$DATABASE_URL"', 'make the outbox')
    .example('relay --url https://callbacks.example.com', 'move what waits in it, until Ctrl-C')
    .action(async (options: RelayCommandOptions) => {
      const { terminal } = cli
      const table = nameOf(options.table)
      if (options.schema) return terminal.print(outboxSchema(table).trimEnd())
      const { client, url } = connect(cli, options)
      const database = await openOutboxOf(cli, options.database, table)
      const signal = cli.interruption()
      terminal.say(`Moving what waits in ${table} to ${url}; Ctrl-C ends it.`)
      const relay = startRelay({
        pool: database.pool,
        client,
        table,
        onRefused: (row) => terminal.print(options.json ? jsonText(row) : lineOf(row)),
        onError: (error) => terminal.say(plain(`${(error as Error).message} It is tried again.`)),
      })
      if (!signal.aborted) await once(signal, 'abort')
      await relay.stop()
      await database.close()
      throw signal.reason
    })

function nameOf(table: string): string {
  try {
    identifier(table)
    return table
  } catch (error) {
    throw usage((error as Error).message)
  }
}

/** A database that is away is waited for; a table that was never made is not. */
async function openOutboxOf({ env, terminal }: Cli, given: string | undefined, table: string) {
  const url = given ?? env.DATABASE_URL
  if (!url) throw usage('There is no database: set DATABASE_URL, or say --database.')
  const { openDatabase } = await import('../../db/open.ts')
  const database = openDatabase({ url, poolSize: 1, onError: ({ message }) => terminal.say(plain(message)) })
  try {
    await database.pool.query(`select from ${identifier(table)} limit 0`)
  } catch (error) {
    if (!NOT_THERE.includes((error as { code?: string }).code ?? '')) return database
    await database.close()
    throw usage(`There is no table ${table} in that database. Make it: ringback relay --schema | psql`)
  }
  return database
}

/** undefined_table, invalid_schema_name. Source: PostgreSQL 18 documentation, appendix A. */
const NOT_THERE = ['42P01', '3F000']

const lineOf = ({ key, tenant, code, detail }: RefusedRow): string =>
  plain(`refused  ${key}  ${tenant}  ${code}  ${detail}`)
