import pg from 'pg'
import { systemClock } from '../../clock.ts'
import { loadConfig } from '../../config/load.ts'
import { migrate } from '../../db/migrate.ts'
import { schemaState } from '../../db/pending.ts'
import { migrateQueue, pendingQueueMigrations } from '../../queue/postgres-migrations.ts'
import { reachDatabase } from '../database.ts'
import type { Cli } from '../frame/cli.ts'
import { command, type JsonOption } from '../frame/command.ts'
import { failed } from '../frame/exit.ts'
import { show } from '../frame/show.ts'

interface MigrateOptions extends JsonOption {
  plan?: boolean
}

/** `ringback migrate`: what every start does, as a step of its own. */
export const migrateCommand = (cli: Cli) =>
  command('migrate', "Bring the database up to date, the queue's tables too; every start does it as well")
    .option('--plan', 'say what would be done, and do nothing')
    .example('migrate --plan', 'before an upgrade')
    .action(async (options: MigrateOptions) => {
      const config = loadConfig(cli.env)
      const database = await reachDatabase(config, { make: !options.plan })
      if (!database) {
        const nothing = { pending: [], queuePending: 0, applied: false }
        return show(cli, options, nothing, () => 'There is no database yet; the first start makes it.')
      }
      try {
        const before = await look(database.url, config.redisUrl === undefined)
        if (before.isNewer) throw failed('A newer Ringback has migrated this database; run that one.', 'schema_newer')
        if (!options.plan) await apply(database.url, config.redisUrl === undefined)
        const { pending, queuePending } = before
        show(cli, options, { pending, queuePending, applied: !options.plan }, () =>
          textOf(before, options.plan === true),
        )
      } finally {
        await database.close()
      }
    })

interface Pending {
  pending: string[]
  /** Of BullMQ's tables. */
  queuePending: number
  isNewer: boolean
}

const look = (url: string, queueIsHere: boolean): Promise<Pending> =>
  withClient(url, async (client) => ({
    ...(await schemaState(client)),
    queuePending: queueIsHere ? await pendingQueueMigrations(client) : 0,
  }))

async function apply(url: string, queueIsHere: boolean): Promise<void> {
  await migrate(url, systemClock)
  if (queueIsHere) await withClient(url, migrateQueue)
}

/** @throws Failure when Postgres is not there */
async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'ringback migrate' })
  await client.connect().catch((error: Error & { code?: string }) => {
    throw failed(`Postgres does not let us in: ${error.message || error.code}.`, 'postgres_unreachable')
  })
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function textOf({ pending, queuePending }: Pending, isPlan: boolean): string {
  const lines = pending.map((name) => `schema  ${name}`)
  if (queuePending > 0) lines.push(`queue   ${queuePending} of BullMQ's migrations`)
  if (lines.length === 0) return 'The database is up to date.'
  return [...lines, isPlan ? 'Nothing was done.' : 'The database is up to date now.'].join('\n')
}
