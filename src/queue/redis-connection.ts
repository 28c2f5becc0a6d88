/** The connection to Redis over which jobs are added: it knows whether Redis is there and keeps what it is given. */
import { SECOND } from '../duration.ts'
import { StartRefused, unavailable } from '../errors.ts'
import type { Log } from '../telemetry/log.ts'
import { settlesWithin } from './deadline.ts'
import type { FaultLog } from './fault-log.ts'
import { createRedisClient, mastersOf, type RedisClient } from './redis-client.ts'

/** How long the start waits for Redis; without it Ringback starts all the same, for Postgres keeps the truth. */
const OPEN_TIMEOUT = 2 * SECOND

/** What all our connections to Redis have in common. */
export const CONNECTION = {
  connectTimeout: 5 * SECOND,
  keepAlive: 10 * SECOND,
  // After a failover the old master turns read-only: connect anew, and send the command again (2).
  reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
} as const

/** An open connection, which is made anew whenever it breaks. */
export interface RedisConnection {
  client: RedisClient
  /** @throws RingbackError `unavailable` with the reason when Redis is away */
  assertReady(): void
  /** Resolves when Redis answers and evicts nothing. */
  check(): Promise<void>
}

/**
 * Connects. A Redis that is away does not hinder the start: the connection is made as soon as it is there.
 * @throws StartRefused when Redis is there, but would evict jobs or refuses our password
 */
export async function connectRedis(url: string, log: Log, onFault: FaultLog): Promise<RedisConnection> {
  // It says at once that Redis is away, where a worker's connection waits.
  const client = createRedisClient(url, {
    ...CONNECTION,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    socketTimeout: 5 * SECOND,
  })
  let reason = 'not connected yet'
  client.on('error', (error) => {
    reason = error.message
    onFault('The connection to Redis broke', error)
  })

  if (await settlesWithin(OPEN_TIMEOUT, becomesReady(client))) {
    const unsafe = await assertKeepsJobs(client).catch((error) => error)
    if (unsafe instanceof StartRefused) {
      client.disconnect()
      throw unsafe
    }
  } else if (/^(NOAUTH|WRONGPASS)/.test(reason)) {
    client.disconnect()
    throw new StartRefused(
      `Redis does not let us in; set the user and password in REDIS_URL. It says: ${reason}`,
    )
  } else log.warn({ reason }, 'Redis is away: deliveries wait until it is back')

  client.on('ready', () => {
    log.info({}, 'connected to Redis')
    assertKeepsJobs(client).catch((error) => onFault('Redis is not safe for the queue', error))
  })
  return {
    client,
    assertReady() {
      if (client.status !== 'ready') throw unavailable(`Redis is away: ${reason}`)
    },
    check: () => assertKeepsJobs(client),
  }
}

const becomesReady = (client: RedisClient) => new Promise((resolve) => client.once('ready', resolve))

/**
 * Measured on a Redis that evicts: of 8,000 jobs it acknowledged, it kept 4,198, and handed the others to workers
 * empty. `INFO` tells the policy also where a managed Redis forbids `CONFIG`.
 * @throws StartRefused
 */
async function assertKeepsJobs(client: RedisClient) {
  const infos = await Promise.all(mastersOf(client).map((master) => master.info('memory')))
  const policy = infos
    .map((info) => /^maxmemory_policy:(\S+)/m.exec(info)?.[1])
    .find((said) => said !== undefined && said !== 'noeviction')
  if (policy === undefined) return
  throw new StartRefused(
    `Redis may throw queued jobs away: its maxmemory-policy is ${policy}. Give the queue a Redis of its own and ` +
      'set the policy there: CONFIG SET maxmemory-policy noeviction (and the same in redis.conf).',
  )
}
