/** Migrations: looked at, and applied as every start applies them. */
import pg from 'pg'
import { systemClock } from '../clock.ts'
import { type Environment, loadConfig } from '../config/load.ts'
import { migrate } from '../db/migrate.ts'
import { schemaState } from '../db/pending.ts'
import { migrateQueue, pendingQueueMigrations } from '../queue/postgres-migrations.ts'
import { reachDatabase } from './database.ts'
import { failed } from './frame/exit.ts'

/** What there was to apply. */
export interface Migrated {
  /** Names, in their order. */
  pending: string[]
  /** How many of BullMQ's tables, where the queue runs on Postgres. */
  queuePending: number
  applied: boolean
}

/**
 * Brings the database of these settings up to date.
 * @param options.plan looks alone
 * @returns undefined where there is no database yet, and none was to be made
 * @throws StartRefused, Failure
 */
export async function runMigrations(env: Environment, { plan = false }): Promise<Migrated | undefined> {
  const config = loadConfig(env)
  const queueIsHere = config.redisUrl === undefined
  const database = await reachDatabase(config, { make: !plan })
  if (!database) return undefined
  try {
    const { isNewer, pending, queuePending } = await look(database.url, queueIsHere)
    if (isNewer) throw failed('A newer Ringback has migrated this database; run that one.', 'schema_newer')
    const isSession = config.databaseDirectUrl !== undefined
    if (!plan) await apply(database.url, { queueIsHere, isSession })
    return { pending, queuePending, applied: !plan }
  } finally {
    await database.close()
  }
}

const look = (url: string, queueIsHere: boolean) =>
  withClient(url, async (client) => ({
    ...(await schemaState(client)),
    queuePending: queueIsHere ? await pendingQueueMigrations(client) : 0,
  }))

async function apply(url: string, { queueIsHere, isSession }: Record<'queueIsHere' | 'isSession', boolean>) {
  await migrate(url, systemClock, { isSession })
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
