/** A Redis that is one of several: it can die, and come back as what its place knows it to be. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { startRedis, type TestRedis } from './redis.ts'
import { until } from './until.ts'

export interface RedisNode {
  port: number
  url: string
  readonly isUp: boolean
  /** Ends it without a word. */
  kill(): Promise<void>
  /** Starts it again at its place, with what it wrote there; resolves when it follows the master that it finds. */
  revive(): Promise<void>
  stop(): Promise<void>
}

/** @param args as for `redis-server` */
export async function startRedisNode(args: string[] = []): Promise<RedisNode> {
  const port = await freePort()
  const dir = await mkdtemp(join(tmpdir(), 'ringback-redis-'))
  let redis: TestRedis | undefined = await startRedis({ port, args, dir })
  const url = redis.url
  return {
    port,
    url,
    get isUp() {
      return redis !== undefined
    },
    async kill() {
      await redis?.kill()
      redis = undefined
    },
    async revive() {
      redis ??= await startRedis({ port, args, dir })
      await follows(port)
    },
    async stop() {
      await redis?.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Resolves when this Redis is a replica that has what its master has. */
export const follows = (port: number) =>
  asking(port, (client) =>
    until(
      () => client.info('replication'),
      (said) => said.includes('master_link_status:up'),
      'the replica to follow its master',
      30_000,
    ),
  )

/** Asks the Redis or the sentinel at this port. */
export async function asking<T>(port: number, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(port, '127.0.0.1')
  client.on('error', () => {})
  try {
    return await ask(client)
  } finally {
    client.disconnect()
  }
}
