/** The database: there, new enough, at the head of its migrations, with room ahead. */
import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import type { Db } from '../../db/open.ts'
import { weeksMade } from '../../db/partitions.ts'
import { schemaState } from '../../db/pending.ts'
import { pendingQueueMigrations } from '../../queue/postgres-migrations.ts'
import { checkClock, readClock } from './clocks.ts'
import { checkConnections } from './connections.ts'
import { checkDurability } from './durability.ts'
import { type Finding, findingsOf } from './finding.ts'

/** Upkeep makes four weeks ahead; with fewer than two it has been away for long. */
const LEAST_WEEKS = 3

/** Looks at an open connection. @param queueIsHere whether the queue runs on it too */
export async function checkPostgres(client: pg.Client, queueIsHere: boolean): Promise<Finding[]> {
  const version = await checkVersion(client)
  const clock = checkClock(await readClock('Postgres', () => timeOf(client)))
  const schema = await checkSchema(client)
  const found = [version, await checkDurability(client), await checkConnections(client), clock, schema]
  if (queueIsHere) found.push(await checkQueueTables(client))
  if (schema.status === 'ok') found.push(await checkPartitions(drizzle(client) as unknown as Db))
  return found
}

async function checkVersion(client: pg.Client): Promise<Finding> {
  const { ok, failure } = findingsOf('postgres')
  const { rows } = await client.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  )
  const { number, version } = rows[0]!
  if (Number(number) < 140_000)
    return failure(`Postgres ${version} is too old.`, 'Upgrade it to 14 or newer.')
  return ok(`Postgres ${version} lets us in.`)
}

async function timeOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ now: string }>(
    'select extract(epoch from clock_timestamp()) * 1000 as now',
  )
  return Number(rows[0]!.now)
}

async function checkSchema(client: pg.Client): Promise<Finding> {
  const { ok, failure } = findingsOf('migrations')
  const { pending, isNewer } = await schemaState(client)
  if (isNewer)
    return failure(
      'A newer Ringback has migrated this database.',
      'Run that version; schemas do not go back.',
    )
  if (pending.length > 0)
    return failure(`To be applied: ${pending.join(', ')}.`, 'Run `ringback migrate`; a start does it too.')
  return ok('The schema is that of this version.')
}

async function checkQueueTables(client: pg.Client): Promise<Finding> {
  const { ok, failure } = findingsOf('queue tables')
  try {
    const pending = await pendingQueueMigrations(client)
    if (pending === 0) return ok("BullMQ's tables are those of this version.")
    return failure(
      `${pending} of BullMQ's migrations are to be applied.`,
      'Run `ringback migrate`; a start does it too.',
    )
  } catch (error) {
    return failure((error as Error).message, 'Run the version of Ringback that made these tables.')
  }
}

async function checkPartitions(db: Db): Promise<Finding> {
  const { ok, warning, failure } = findingsOf('partitions')
  const weeks = await weeksMade(db, Date.now())
  const cure = 'Let a process run with the role `upkeep`, or run `ringback migrate`.'
  if (weeks === 0) return failure('There is no room for what happens now: every event is refused.', cure)
  if (weeks < LEAST_WEEKS) return warning(`There is room for ${weeks} weeks, this one counted.`, cure)
  return ok(`There is room for ${weeks} weeks, this one counted.`)
}
