/** Ringback as a process on a site of its own, for tests that end it and start it again. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { findHome } from '../../src/db/embedded/home.ts'
import { readPostmasterFile } from '../../src/db/embedded/postmaster.ts'
import { type Accepted, type Api, ApiRefusal, createApi } from '../setup/api.ts'
import type { Backend } from '../setup/backends.ts'
import { createTestDatabase } from '../setup/database.ts'
import { testVariables, type Variables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { type RingbackProcess, startProcess } from '../setup/process.ts'
import { type Receiver, type Reply, type Script, startReceiver } from '../setup/receiver.ts'
import { startRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'
import type { Host } from './host.ts'

/** Jobs of a killed worker are taken over, and lost alarms looked at again, within some ten seconds each; machines may be busy. */
export const ALL_WITHIN_MS = 60_000
/** For a whole test that waits so more than once. */
export const TEST_WITHIN_MS = 150_000

/** What stays when a Ringback is killed: its settings, and what its data lies in. */
export interface Site {
  variables: Variables
  /** Kills what Ringback keeps its data in, as far as it is its own. */
  killDatabase(): Promise<void>
}

/** A child of the test's process; whatever happens, it does not outlive the test. */
export async function start(site: Site): Promise<RingbackProcess> {
  const ringback = await startProcess(site.variables)
  onTestFinished(async () => void (await ringback.kill('SIGKILL', true)))
  await ringback.waitReady()
  return ringback
}

/** The default: an embedded Postgres in a data directory, and the queue on it. */
export async function embeddedSite(): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-'))
  const killDatabase = async () => {
    const { cluster } = await findHome(dataDir)
    const postmaster = await readPostmasterFile(join(cluster, 'data'))
    if (postmaster) process.kill(postmaster.pid, 'SIGKILL')
  }
  onTestFinished(async () => {
    await killDatabase().catch(() => {})
    await removeDataDir(dataDir)
  })
  const variables = { ...testVariables(), PORT: `${await freePort()}`, RINGBACK_DATA_DIR: dataDir }
  return { variables, killDatabase }
}

/** A Postgres and, for the backend `redis`, a Redis of the operator's. */
export async function operatorsSite(backend: Backend): Promise<Site> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const variables: Variables = { ...testVariables(), PORT: `${await freePort()}`, DATABASE_URL: database.url }
  if (backend === 'redis') {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    variables.REDIS_URL = redis.url
  }
  return { variables, async killDatabase() {} }
}

/** The API of whatever process runs there at the moment. */
export const apiOf = ({ variables }: Site): Api =>
  createApi(`http://127.0.0.1:${variables.PORT}`, variables.RINGBACK_ADMIN_KEY!)

/** Emits as a careful host does: again and again until it is accepted, under one idempotency key. */
export async function emitSurely(host: Host, n: number): Promise<Accepted> {
  const headers = { 'idempotency-key': `${host.tenant}-${n}` }
  return until(
    () =>
      host.emit('a', { n }, { headers }).catch((error: unknown) => {
        // Nobody there, or not yet able; anything else is an answer.
        if (error instanceof ApiRefusal && error.status < 500 && error.status !== 409) throw error
        return undefined
      }),
    (accepted) => accepted !== undefined,
    `event ${n} to be accepted`,
    ALL_WITHIN_MS,
  ) as Promise<Accepted>
}

/** A receiver for this test. */
export async function receiver(script: Script | Reply): Promise<Receiver> {
  const started = await startReceiver(script)
  onTestFinished(() => started.close())
  return started
}
