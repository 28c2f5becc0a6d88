import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import type { Clock } from '../clock.ts'
import { SECOND } from '../duration.ts'
import { StartRefused } from '../errors.ts'
import { packageFolder } from '../package.ts'
import { asConfig, type PostgresAddress } from '../postgres-address.ts'
import { isDirect } from './line-watch.ts'
import { ensurePartitions } from './partitions.ts'

/** `ringback` in base 256, cut to what an advisory lock takes: any number will do, as long as it is always the same. */
const MIGRATION_LOCK = 0x72_69_6e_67

/** How long a table may be waited for at a time, and with us everybody who wants it after us. */
const LOCK_TIMEOUT = 2 * SECOND

/** Then the others go first. */
const LET_OTHERS = SECOND / 2

/** What is in use for longer than all these times will not be free soon. */
const LOCK_TRIES = 60

/** The oldest server that has what the SQL here uses. */
const OLDEST_VERSION = 140_000

/**
 * Brings the schema up to date and makes the partitions around now. Many processes may call it at once: one works, the
 * others wait for it, under a lock that dies with its connection.
 * @param options.isSession whether somebody vouches that this leads to a session of its own; else it is looked at
 * @throws StartRefused when the server is not there, does not let us in, is too old, or has a pooler before it
 */
export async function migrate(
  address: PostgresAddress,
  clock: Clock,
  { isSession = false } = {},
): Promise<void> {
  const client = new pg.Client({ ...asConfig(address), application_name: 'ringback migrate' })
  await client.connect().catch(refuseUnreachable)
  try {
    await refuseOldServer(client)
    if (!isSession) await refusePooler(client)
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    // Of tables that are in use, by an older version too: whoever waits for one keeps those waiting who come after it.
    await client.query(`set lock_timeout = ${LOCK_TIMEOUT}`)
    const db = drizzle(client)
    await untilLocked(async () => {
      await applyMigrations(db, {
        migrationsFolder: fileURLToPath(new URL('src/db/migrations', packageFolder)),
        migrationsSchema: 'ringback',
        migrationsTable: 'migrations',
      })
      await ensurePartitions(db, clock.now())
    })
  } finally {
    await client.end()
  }
}

/** Tries again what could not have its locks; what it did was taken back with its transaction. */
async function untilLocked(work: () => Promise<void>) {
  for (let tries = 1; ; tries++)
    try {
      return await work()
    } catch (error) {
      if (!isLockTimeout(error) || tries === LOCK_TRIES) throw error
      await pause(LET_OTHERS)
    }
}

/** SQLSTATE 55P03, which the query builder wraps. */
const isLockTimeout = (error: unknown) =>
  error instanceof Error && [error, error.cause].some((one) => (one as { code?: unknown })?.code === '55P03')

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

/**
 * A pooler numbers connections in its own way. One in transaction mode would leave the lock to whoever has the server's
 * connection next, and the next start would wait for it for ever.
 */
async function refusePooler(client: pg.Client) {
  if (await isDirect(client)) return
  throw new StartRefused(
    'A pooler stands between Ringback and Postgres. Set RINGBACK_DATABASE_DIRECT_URL to the address of Postgres itself, for what needs a session; if the pooler keeps sessions (pool_mode=session), to the same URL as DATABASE_URL. See docs/postgres.md.',
  )
}
