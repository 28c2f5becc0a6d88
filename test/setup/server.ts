/** A real Ringback inside the test's process: its own database, its own Redis where wanted, a free port. */
import { openRingback } from '../../src/app.ts'
import { loadConfig } from '../../src/config/load.ts'
import { type Log, silentLog } from '../../src/telemetry/log.ts'
import { type Api, createApi } from './api.ts'
import type { Backend } from './backends.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { testVariables, type Variables } from './environment.ts'
import { startRedis, type TestRedis } from './redis.ts'

/** A Ringback that runs until it is stopped. */
export interface TestRingback {
  url: string
  /** Where the metrics and probes are served by themselves, with a port for them. */
  metricsUrl: string | undefined
  /** The admin key. */
  key: string
  api: Api
  database: TestDatabase
  /** With the backend `redis`. */
  redis: TestRedis | undefined
  stop(): Promise<void>
}

/**
 * Starts all roles in this process.
 * @param options.backend what the queue runs on: `postgres` unless told
 * @param options.variables further settings, by the names of their environment variables
 * @param options.log where its lines go; nowhere unless told
 */
export async function startRingback(
  options: { backend?: Backend; variables?: Variables; log?: Log } = {},
): Promise<TestRingback> {
  const database = await createTestDatabase()
  const redis = options.backend === 'redis' ? await startRedis() : undefined
  const variables = { ...testVariables(), ...options.variables, DATABASE_URL: database.url }
  const config = loadConfig(redis ? { ...variables, REDIS_URL: redis.url } : variables)
  const ringback = await openRingback(config, { log: options.log ?? silentLog })
  const key = variables.RINGBACK_ADMIN_KEY
  return {
    url: ringback.url!,
    metricsUrl: ringback.metricsUrl,
    key,
    api: createApi(ringback.url!, key),
    database,
    redis,
    async stop() {
      await ringback.stop()
      await redis?.stop()
      await database.drop()
    },
  }
}
