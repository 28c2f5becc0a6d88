/**
 * A real Postgres server inside Ringback, for when no `DATABASE_URL` is set: the data outlives the process, and nothing
 * has to be installed or run beside it.
 *
 * The order below is what makes `kill -9` harmless: first the lock, so that we are alone; then whatever an earlier
 * Ringback left running is stopped; only then is anything read, made or started.
 */
import { mkdir, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StartRefused } from '../../errors.ts'
import { readyBinaries, removeOtherCopies } from './binaries.ts'
import { openCluster, ROLE } from './cluster.ts'
import { syncDirectory } from './durably.ts'
import { findHome } from './home.ts'
import { stopLeftover } from './leftover.ts'
import { holdLock } from './lock.ts'
import { startServer } from './server.ts'

/** What {@link startEmbeddedPostgres} takes. */
export interface EmbeddedPostgresOptions {
  /** Ringback's data directory; made if absent. */
  dataDir: string
  /** Told in a sentence each what a person may want to know of the start and of the server's life. */
  log?: (message: string) => void
  /** `false` trades the safety of the data for speed; for tests only. Default `true`. */
  durable?: boolean
}

/** A running server. */
export interface EmbeddedPostgres {
  /** For node-postgres; holds the password. */
  url: string
  /** Stops the server and lets go of the data directory. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts the Postgres server that lives in a data directory, and makes it first where there is none.
 * @throws {StartRefused} when another Ringback has the directory, the binaries are absent or do not run here, or the data
 * cannot be used by them; the message names the cure
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => {}, durable = true } = options
  if (process.platform === 'win32')
    throw new StartRefused('The embedded Postgres runs on Linux and macOS only. Set DATABASE_URL.')
  const dataDir = await makeDataDir(options.dataDir)
  const home = await findHome(dataDir)
  if (home.dir !== dataDir) log(`The data is kept in ${home.dir}, where the Postgres user can reach it.`)

  const lock = await holdLock(home.dir)
  try {
    await stopLeftover(home.cluster, log)
    const binaries = await readyBinaries(home)
    await removeOtherCopies(home, binaries)
    const password = await openCluster(home, binaries, { durable, log })
    const server = await startServer({ home, binaries, dataDir, durable, log })
    let stopping: Promise<void> | undefined
    return {
      url: `postgres://${ROLE}:${password}@127.0.0.1:${server.port}/postgres`,
      stop: () => (stopping ??= server.stop().finally(() => lock.release())),
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** @returns its real path: whoever comes by another name must meet the same lock */
async function makeDataDir(dir: string): Promise<string> {
  try {
    const made = await mkdir(dir, { recursive: true, mode: 0o700 })
    if (made !== undefined) await syncDirectory(dirname(made))
    return await realpath(dir)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause
    throw new StartRefused(
      `The data directory cannot be made (${why}). Choose another, or set DATABASE_URL.`,
      { cause },
    )
  }
}
