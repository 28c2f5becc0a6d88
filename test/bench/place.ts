/** Where a Ringback runs that is measured: the embedded default, or a Postgres and a Redis of its own. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Closing } from '../../src/closing.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { startRedis } from '../setup/redis.ts'
import type { Backend } from './report.ts'
import { type Server, startServer } from './server.ts'

export interface Place {
  backend: Backend
  server: Server
  /** Its Postgres. */
  databaseUrl: string
  /** On `redis`. */
  redisUrl: string | undefined
  /** What every process of it is told. */
  settings: Record<string, string>
}

/** A directory that is gone when it is closed. */
export async function dataDirectory(closing: Closing): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'ringback-bench-'))
  const dataDir = join(parent, 'data')
  closing.add(parent, async () => {
    await removeDataDir(dataDir)
    await rm(parent, { recursive: true, force: true })
  })
  return dataDir
}

/**
 * Starts one. Its Postgres waits for the disk. On `embedded` it is the same server as the default's, started from
 * outside, so that a scenario can put rows into it.
 * @param more further settings of the server
 */
export async function startPlace(
  backend: Backend,
  closing: Closing,
  more: Record<string, string> = {},
): Promise<Place> {
  const postgres = await startEmbeddedPostgres({ dataDir: await dataDirectory(closing) })
  closing.add('postgres', () => postgres.stop())
  const redis = backend === 'redis' ? await startRedis() : undefined
  if (redis) closing.add('redis', () => redis.stop())
  const settings = {
    DATABASE_URL: postgres.url,
    ...(redis ? { REDIS_URL: redis.url } : {}),
    RINGBACK_MASTER_KEY: randomBytes(32).toString('base64'),
  }
  const server = await startServer({ ...settings, ...more }, closing)
  return { backend, server, databaseUrl: postgres.url, redisUrl: redis?.url, settings }
}
