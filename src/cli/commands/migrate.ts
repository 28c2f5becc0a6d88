import type { Cli } from '../frame/cli.ts'
import { command, type JsonOption } from '../frame/command.ts'
import { show } from '../frame/show.ts'
import type { Migrated } from '../migrate.ts'

interface MigrateOptions extends JsonOption {
  plan?: boolean
}

/** `ringback migrate`: what every start does, as a step of its own. */
export const migrateCommand = (cli: Cli) =>
  command('migrate', "Bring the database up to date, the queue's tables too; every start does it as well")
    .option('--plan', 'say what would be done, and do nothing')
    .example('migrate --plan', 'before an upgrade')
    .action(async ({ plan = false, ...options }: MigrateOptions) => {
      const { runMigrations } = await import('../migrate.ts')
      const migrated = await runMigrations(cli.env, { plan })
      show(cli, options, migrated ?? { pending: [], queuePending: 0, applied: false }, () => textOf(migrated))
    })

function textOf(migrated: Migrated | undefined): string {
  if (!migrated) return 'There is no database yet; the first start makes it.'
  const { pending, queuePending, applied } = migrated
  const lines = pending.map((name) => `schema  ${name}`)
  if (queuePending > 0) lines.push(`queue   ${queuePending} of BullMQ's migrations`)
  if (lines.length === 0) return 'The database is up to date.'
  return [...lines, applied ? 'The database is up to date now.' : 'Nothing was done.'].join('\n')
}
