/** BullMQ on Redis (ioredis). */
import { Queue as BullQueue, Worker as BullWorker } from 'bullmq'
import { Redis } from 'ioredis'
import { SECOND } from '../duration.ts'
import { StartRefused, unavailable } from '../errors.ts'
import { type Backend, CONSUMER_SETTINGS, PING_TIMEOUT, PRODUCER_SETTINGS } from './backend.ts'
import { settlesWithin, within } from './deadline.ts'
import type { FaultLog, Log } from './fault-log.ts'

/** Sets our keys apart from other programs' on the same Redis. */
const PREFIX = 'ringback'

/** How long the start waits for Redis; without it Ringback starts all the same, for Postgres keeps the truth. */
const OPEN_TIMEOUT = 2 * SECOND

/** What all connections have in common. */
const CONNECTION = {
  connectTimeout: 5 * SECOND,
  keepAlive: 10 * SECOND,
  // For ever, and soon: a second's pause is little for us and nothing for Redis.
  retryStrategy: (times: number) => Math.min(100 * times, 1 * SECOND),
  // After a failover the old master turns read-only: connect anew, and send the command again (2).
  reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
} as const

/**
 * Connects. A Redis that is away does not hinder the start: the connection is made as soon as it is there.
 * @throws StartRefused when Redis is there and would evict jobs
 */
export async function openRedisBackend(url: string, log: Log, onFault: FaultLog): Promise<Backend> {
  const client = connectProducer(url, log, onFault)
  try {
    await checkAtStart(client, log)
  } catch (error) {
    client.disconnect()
    throw error
  }
  client.on('ready', () => {
    assertKeepsJobs(client).catch((error) => onFault('Redis is not safe for the queue', error))
  })
  const producers: BullQueue[] = []

  return {
    name: 'redis',
    assertReachable: () => assertReady(client),
    async ping() {
      assertReady(client)
      await within(PING_TIMEOUT, assertKeepsJobs(client), 'Redis does not answer.')
    },
    openProducer(queueName) {
      // The version check is the workers' to make; here it would cost a start-up that can fail for good.
      const producer = new BullQueue(queueName, {
        connection: client,
        prefix: PREFIX,
        skipVersionCheck: true,
        ...PRODUCER_SETTINGS,
      })
      // Its connection is ours, whose errors are already told.
      producer.on('error', () => {})
      producers.push(producer)
      return producer
    },
    async openConsumer(queueName, { concurrency, process, onFault, onTakenOver }) {
      const worker = new BullWorker<unknown, void>(queueName, process, {
        connection: {
          url,
          ...CONNECTION,
          // Required by BullMQ: a worker waits for Redis however long it is away.
          maxRetriesPerRequest: null,
          // Ends a connection that has silently died. Longer than BullMQ's longest blocking call (10 s).
          socketTimeout: 15 * SECOND,
        },
        prefix: PREFIX,
        concurrency,
        ...CONSUMER_SETTINGS,
      })
      worker.on('error', onFault)
      worker.on('stalled', onTakenOver)
      return Object.assign(worker, { abandon: () => worker.getBackend().close(true) })
    },
    async close() {
      await Promise.all(producers.map((producer) => settlesWithin(PING_TIMEOUT, producer.close())))
      client.disconnect()
    },
  }
}

/** The connection that adds: it says at once that Redis is away, where a worker's waits. */
function connectProducer(url: string, log: Log, onFault: FaultLog): Redis {
  const client = new Redis(url, {
    ...CONNECTION,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    socketTimeout: 5 * SECOND,
  })
  client.on('error', (error) => onFault('The connection to Redis broke', error))
  client.on('ready', () => log.info('connected to Redis'))
  return client
}

function assertReady(client: Redis) {
  if (client.status !== 'ready') throw unavailable(`Redis is away (${client.status}).`)
}

async function checkAtStart(client: Redis, log: Log) {
  const ready = new Promise((resolve) => client.once('ready', resolve))
  if (await settlesWithin(OPEN_TIMEOUT, ready)) await assertKeepsJobs(client)
  else log.warn('Redis is away: deliveries wait until it is back')
}

/**
 * Measured on a Redis that evicts: of 8,000 jobs it acknowledged, it kept 4,198, and handed the others to workers
 * empty. `INFO` tells the policy also where a managed Redis forbids `CONFIG`.
 * @throws StartRefused
 */
async function assertKeepsJobs(client: Redis) {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info('memory'))?.[1]
  if (policy === undefined || policy === 'noeviction') return
  throw new StartRefused(
    `Redis may throw queued jobs away: its maxmemory-policy is ${policy}. Give the queue a Redis of its own and ` +
      'set the policy there: CONFIG SET maxmemory-policy noeviction (and the same in redis.conf).',
  )
}
