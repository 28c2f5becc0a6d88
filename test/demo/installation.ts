/** The demo's own Ringback: a fresh data directory, the built program in a process of its own, an end in good order. */
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { findOrMakeKeys } from '../../src/config/generated-keys.ts'
import { findHome } from '../../src/db/embedded/home.ts'
import { stopLeftover } from '../../src/db/embedded/leftover.ts'
import { holdLock } from '../../src/db/embedded/lock.ts'
import { type Api, createApi } from '../setup/api.ts'
import { LOOPBACK } from '../setup/environment.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { type RingbackProcess, startProcess } from '../setup/process.ts'

/** Kept afterwards, to be looked into, unless it was shown already; emptied by the next demo. */
export const DATA_DIR = '.ringback-demo'

/** A running installation. */
export interface Installation {
  api: Api
  /** The admin key, as kept in the data directory. */
  key: string
  process: RingbackProcess
}

/**
 * Starts Ringback on an empty data directory, with nothing else on the machine: no `DATABASE_URL`, no `REDIS_URL`.
 * @param interrupted once it is, no more calls are made: Ringback must not be kept busy while it stops
 */
export async function install(interrupted: AbortSignal): Promise<Installation> {
  await empty()
  const { adminKey } = await findOrMakeKeys(DATA_DIR)
  const process = await startProcess({ RINGBACK_DATA_DIR: DATA_DIR, ...LOOPBACK })
  const call = createApi(process.url, adminKey)
  const api: Api = async (...request) => {
    interrupted.throwIfAborted()
    return call(...request)
  }
  return { api, key: adminKey, process }
}

/** More than Ringback allows itself for an end in good order. */
const STOP_WITHIN_MS = 50_000

/** Stops it as a person at a terminal would: no balancer has to hear of it. Safe to repeat. @returns what was wrong with its end, if anything was */
export async function uninstall({ process }: Installation): Promise<string[]> {
  const impatience = setTimeout(() => void process.kill('SIGKILL', true), STOP_WITHIN_MS)
  const { code, signal } = await process.kill('SIGINT')
  clearTimeout(impatience)
  if (code === 0) return []
  await stopPostgres()
  return [`Ringback ended with ${signal ?? `code ${code}`} instead of 0.`]
}

/** Removes all that it wrote; it must have stopped. */
export const removeData = (): Promise<void> => removeDataDir(DATA_DIR)

/** @throws StartRefused when a Ringback is running there */
async function empty(): Promise<void> {
  if (!existsSync(DATA_DIR)) return
  await stopPostgres()
  await removeData()
}

/** Stops the Postgres that a killed Ringback leaves running, for its next start to take over; here there may be none. */
async function stopPostgres(): Promise<void> {
  const home = await findHome(await realpath(DATA_DIR))
  const lock = await holdLock(home.dir)
  await stopLeftover(home.cluster, () => {})
  await lock.release()
}
