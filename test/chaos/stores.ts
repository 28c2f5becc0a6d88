/** The stores of an installation, and how each is made to fail. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Closing } from '../../src/closing.ts'
import { findHome } from '../../src/db/embedded/home.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'
import { readPostmasterFile } from '../../src/db/embedded/postmaster.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { startRedis } from '../setup/redis.ts'
import { startCluster, startSentinelSet, type TestRedisSet } from '../setup/redis-sets.ts'
import { until } from '../setup/until.ts'

/** What the queue can run on. */
export const QUEUE_BACKENDS = ['redis', 'redis-sentinel', 'redis-cluster', 'postgres'] as const
export type QueueBackend = (typeof QUEUE_BACKENDS)[number]

/** A Redis, or several, that may be broken. */
export interface BreakableRedis {
  url: string
  /** As `RINGBACK_QUEUE_SHARDS`. */
  shards: number
  /** Kills it and brings it back after a while. @returns what it did, in a few words */
  crash(awayMs: number): Promise<string>
}

/** Starts what the queue runs on; undefined: the Postgres that is there anyway. */
export async function startQueueStore(
  backend: QueueBackend,
  closing: Closing,
): Promise<BreakableRedis | undefined> {
  if (backend === 'postgres') return undefined
  if (backend === 'redis') return startRestartableRedis(closing)
  const isCluster = backend === 'redis-cluster'
  const set: TestRedisSet = await (isCluster ? startCluster() : startSentinelSet())
  closing.add('redis', () => set.stop())
  return {
    url: set.url,
    shards: isCluster ? 8 : 1,
    async crash(awayMs) {
      await set.replaceMaster()
      await pause(awayMs)
      return 'kill -9 of the master of the first shard, whose replica took over'
    },
  }
}

async function startRestartableRedis(closing: Closing): Promise<BreakableRedis> {
  let redis = await startRedis()
  closing.add('redis', () => redis.stop())
  return {
    url: redis.url,
    shards: 1,
    async crash(awayMs) {
      await redis.kill()
      await pause(awayMs)
      redis = await startRedis({ port: redis.port })
      return 'kill -9 of Redis, which came back empty'
    },
  }
}

/** A Postgres that waits for the disk, as one that keeps promises must. */
export async function startPostgres(closing: Closing) {
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
  await until(
    async () => {
      const postmaster = await readPostmasterFile(join(cluster, 'data'))
      return postmaster !== undefined && isKilled(postmaster.pid)
    },
    (isDone) => isDone,
    'a Postgres that can be killed',
    60_000,
  )
}

/** @returns false: there is no such process, since one that was killed before is not back yet */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
