import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import type { Clock } from '../clock.ts'
import { StartRefused } from '../errors.ts'
import { packageFolder } from '../package.ts'
import { asConfig, type PostgresAddress } from '../postgres-address.ts'
import { ensurePartitions } from './partitions.ts'

/** `ringback` in base 256, cut to what an advisory lock takes: any number will do, as long as it is always the same. */
const MIGRATION_LOCK = 0x72_69_6e_67

/** The oldest server that has what the SQL here uses. */
const OLDEST_VERSION = 140_000

/**
 * Brings the schema up to date and makes the partitions around now. Many processes may call it at once: one works, the
 * others wait for it, under a lock that dies with its connection.
 * @throws StartRefused when the server is not there, does not let us in, or is too old
 */
export async function migrate(address: PostgresAddress, clock: Clock): Promise<void> {
  const client = new pg.Client({ ...asConfig(address), application_name: 'ringback migrate' })
  await client.connect().catch(refuseUnreachable)
  try {
    await refuseOldServer(client)
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    const db = drizzle(client)
    await applyMigrations(db, {
      migrationsFolder: fileURLToPath(new URL('src/db/migrations', packageFolder)),
      migrationsSchema: 'ringback',
      migrationsTable: 'migrations',
    })
    await ensurePartitions(db, clock.now())
  } finally {
    await client.end()
  }
}

/** The causes as Postgres or the system tell them; none holds the password. */
function refuseUnreachable(cause: Error & { code?: string }): never {
  throw new StartRefused(
    `Postgres does not let us in: ${cause.message || cause.code}. Check the host, the user, the password and the database in DATABASE_URL, and that the server runs.`,
    { cause },
  )
}

async function refuseOldServer(client: pg.Client) {
  const { rows } = await client.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  )
  const server = rows[0]!
  if (Number(server.number) < OLDEST_VERSION)
    throw new StartRefused(
      `Postgres ${server.version} is too old: Ringback needs 14 or newer. Upgrade it, or unset DATABASE_URL to use the embedded one.`,
    )
}
