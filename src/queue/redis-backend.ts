/** BullMQ on Redis (ioredis). */
import { Queue as BullQueue, Worker as BullWorker } from 'bullmq'
import { SECOND } from '../duration.ts'
import type { Log } from '../telemetry/log.ts'
import type { QueueTracing } from '../telemetry/tracing.ts'
import { type Backend, CONSUMER_SETTINGS, PING_TIMEOUT, PRODUCER_SETTINGS, wake } from './backend.ts'
import { settlesWithin } from './deadline.ts'
import type { FaultLog } from './fault-log.ts'
import { createRedisClient, prefixOf } from './redis-client.ts'
import { CONNECTION, connectRedis } from './redis-connection.ts'

/**
 * Opens the queue on Redis.
 * @throws StartRefused when Redis is there, but would evict jobs or refuses our password
 */
export async function openRedisBackend(
  url: string,
  log: Log,
  onFault: FaultLog,
  telemetry?: QueueTracing,
): Promise<Backend> {
  const { client, assertReady, check } = await connectRedis(url, log, onFault)
  const producers: BullQueue[] = []

  return {
    assertReachable: assertReady,
    ping: check,
    openProducer(queueName) {
      // The version check is the workers' to make; here it would cost a start-up that can fail for good.
      const producer = new BullQueue(queueName, {
        connection: client,
        prefix: prefixOf(client, queueName),
        skipVersionCheck: true,
        ...(telemetry && { telemetry }),
        ...PRODUCER_SETTINGS,
      })
      // Its connection is ours, whose errors are already told.
      producer.on('error', () => {})
      producers.push(producer)
      return Object.assign(producer, {
        async promoteAll(ids: readonly string[]) {
          // Written to the connection at once, answered one after the other.
          await Promise.all(ids.map((id) => producer.getBackend().promote(id).catch(ignoreNotDelayed)))
        },
        async present(ids: readonly string[]) {
          const found = await Promise.all(ids.map((id) => client.exists(producer.toKey(id))))
          return ids.filter((_, i) => found[i] === 1)
        },
      })
    },
    async holding(queueNames) {
      const counts = await Promise.all(
        queueNames.map((name) =>
          // Of one queue, and so in one slot.
          client.exists(...STATES.map((state) => `${prefixOf(client, name)}:${name}:${state}`)),
        ),
      )
      return queueNames.filter((_, i) => counts[i]! > 0)
    },
    async openConsumer(queueName, { name, concurrency, process, onFault, onTakenOver }) {
      const connection = createRedisClient(url, {
        ...CONNECTION,
        // Required by BullMQ: a worker waits for Redis however long it is away.
        maxRetriesPerRequest: null,
        // Ends a connection that has silently died. Longer than BullMQ's longest blocking call (10 s).
        socketTimeout: 15 * SECOND,
      })
      connection.on('error', onFault)
      const worker = new BullWorker<unknown, void>(queueName, process, {
        connection,
        prefix: prefixOf(connection, queueName),
        name,
        concurrency,
        ...(telemetry && { telemetry }),
        ...CONSUMER_SETTINGS,
      })
      worker.on('error', onFault)
      worker.on('stalled', onTakenOver)
      // What it was handed is ours to close; the connection that it waits on it made itself.
      const close = worker.close.bind(worker)
      return Object.assign(worker, {
        async close(force?: boolean) {
          await close(force)
          connection.disconnect()
        },
        async abandon() {
          connection.disconnect()
          await worker.getBackend().close(true)
        },
        lookForMore: () => wake(worker),
      })
    },
    poolUse: () => undefined,
    async close() {
      await Promise.all(producers.map((producer) => settlesWithin(PING_TIMEOUT, producer.close())))
      client.disconnect()
    },
  }
}

/** The keys of the jobs of a queue, by state, as BullMQ names them. */
const STATES = ['wait', 'active', 'delayed'] as const

/** BullMQ's codes for a job that is not there, and one that is not delayed. */
function ignoreNotDelayed(error: Error & { code?: unknown }) {
  if (error.code !== -1 && error.code !== -3) throw error
}
