/** A whole Ringback as an operator would run it: an API process, two workers, a Postgres, a Redis or none. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Closing } from '../../src/closing.ts'
import { findHome } from '../../src/db/embedded/home.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'
import { readPostmasterFile } from '../../src/db/embedded/postmaster.ts'
import type { Backend } from '../setup/backends.ts'
import { testVariables, type Variables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { startRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'
import { type FaultyLine, startFaultyLine } from './faulty-line.ts'
import { type Member, startMember } from './member.ts'

/** What runs, and how each part is made to fail. */
export interface Installation {
  url: string
  key: string
  databaseUrl: string
  api: Member
  workers: readonly Member[]
  /** Kills Redis, which keeps nothing, and starts it again, empty, after a while. Absent on the backend `postgres`. */
  crashRedis?: (awayMs: number) => Promise<void>
  /** Where Redis is; absent on the backend `postgres`. */
  redisUrl?: string
  /** Kills Postgres' first process; its supervisor starts it again. Resolves when it is back. */
  crashPostgres(): Promise<void>
  /** What stands between the processes and their stores; empty unless wanted. */
  lines: readonly FaultyLine[]
}

/** Starts all of it; what was started is closed by `closing`. */
export async function startInstallation(
  options: { backend: Backend; proxied: boolean },
  closing: Closing,
): Promise<Installation> {
  const lines: FaultyLine[] = []
  async function reachable(url: string): Promise<string> {
    if (!options.proxied) return url
    const line = await startFaultyLine(Number(new URL(url).port))
    closing.add('line', () => line.stop())
    lines.push(line)
    return Object.assign(new URL(url), { port: `${line.port}` }).href
  }

  const postgres = await startPostgres(closing)
  const redis = options.backend === 'redis' ? await startRestartableRedis(closing) : undefined
  const variables: Variables & { RINGBACK_ADMIN_KEY: string } = {
    ...testVariables(),
    DATABASE_URL: await reachable(postgres.url),
    ...(redis ? { REDIS_URL: await reachable(redis.url) } : {}),
  }

  // The first alone, since it makes the tables.
  const api = await start('api', { ...variables, RINGBACK_ROLES: 'api', PORT: `${await freePort()}` })
  const workers = await Promise.all(
    ['worker 1', 'worker 2'].map((name) => start(name, { ...variables, RINGBACK_ROLES: 'worker,upkeep' })),
  )

  async function start(name: string, settings: Variables): Promise<Member> {
    const member = await startMember(name, settings)
    closing.add(name, () => member.stop())
    return member
  }

  return {
    url: api.url,
    key: variables.RINGBACK_ADMIN_KEY,
    databaseUrl: postgres.url,
    api,
    workers,
    lines,
    crashPostgres: postgres.crash,
    ...(redis ? { crashRedis: redis.crash, redisUrl: redis.url } : {}),
  }
}

/** A Postgres that waits for the disk, as one that keeps promises must. */
async function startPostgres(closing: Closing) {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-chaos-'))
  closing.add('data', () => removeDataDir(dataDir))
  const postgres = await startEmbeddedPostgres({ dataDir })
  closing.add('postgres', () => postgres.stop())
  return {
    url: postgres.url,
    async crash() {
      await crashPostgres(dataDir)
      await until(
        () => takesConnections(postgres.url),
        (does) => does,
        'Postgres to be back',
        60_000,
      )
    },
  }
}

async function takesConnections(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** Kills the first process of the embedded Postgres in this data directory; the others see it and end. */
export async function crashPostgres(dataDir: string): Promise<void> {
  const { cluster } = await findHome(dataDir)
  const postmaster = await readPostmasterFile(join(cluster, 'data'))
  if (postmaster) process.kill(postmaster.pid, 'SIGKILL')
}

async function startRestartableRedis(closing: Closing) {
  let redis = await startRedis()
  closing.add('redis', () => redis.stop())
  return {
    url: redis.url,
    async crash(awayMs: number) {
      await redis.kill()
      await pause(awayMs)
      redis = await startRedis({ port: redis.port })
    },
  }
}
