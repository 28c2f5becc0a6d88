/** BullMQ on Postgres: its own tables, functions and LISTEN/NOTIFY, in a schema of their own. */
import {
  createPostgresBackend,
  PostgresConnection,
  type PostgresConnectionOptions,
  type PostgresPoolConfig,
  PostgresQueueBackend,
  withBackend,
} from 'bullmq'
import type { Pool } from 'pg'
import { SECOND } from '../duration.ts'
import { asConfig, type PostgresAddress } from '../postgres-address.ts'
import type { QueueTracing } from '../telemetry/tracing.ts'
import { type Backend, CONSUMER_SETTINGS, LOCK_MS, PRODUCER_SETTINGS, wake } from './backend.ts'
import { within } from './deadline.ts'
import type { FaultLog } from './fault-log.ts'

const { Worker: BullWorker } = withBackend(createPostgresBackend)

/** Connections that add, shared by all kinds of jobs; opened on demand. */
const PRODUCER_POOL = 3

/** Connections that take and end jobs, per worker, beside the one that listens. */
const CONSUMER_POOL = 8

/** How long a worker may take to find its tables at the start. */
const READY_TIMEOUT = 10 * SECOND

/** Where the queue lives. */
export interface PostgresBackendOptions {
  url: PostgresAddress
  /** The schema that holds BullMQ's tables; made when it is missing. */
  schema: string
}

/**
 * Connects and brings BullMQ's schema up to date.
 * @throws whatever Postgres says when it is away or refuses: without it there is nothing to queue for
 */
export async function openPostgresBackend(
  options: PostgresBackendOptions,
  onFault: FaultLog,
  telemetry?: QueueTracing,
): Promise<Backend> {
  const connection = new PostgresConnection({ ...connect(options, PRODUCER_POOL), migrate: true })
  connection.on('error', (error) => onFault('A connection of the queue to Postgres broke', error))
  try {
    await connection.waitUntilReady()
  } catch (error) {
    await connection.close()
    throw error
  }

  const { Queue: BullQueue } = withBackend<PostgresQueueBackend, PostgresConnectionOptions>(
    (queueName, settings) => new PostgresQueueBackend(connection, queueName, settings, false),
  )

  return {
    // Its pool connects anew by itself, within the time that an addition may take.
    assertReachable() {},
    async ping() {
      await connection.pool.query('SELECT FROM migration LIMIT 1')
    },
    openProducer(queueName) {
      const producer = new BullQueue(queueName, {
        connection: connection.pool,
        ...(telemetry && { telemetry }),
        ...PRODUCER_SETTINGS,
      })
      return Object.assign(producer, {
        async promoteAll(ids: readonly string[]) {
          // BullMQ's own function, which it calls for one job at a time; it says of each whether it was delayed.
          await connection.pool.query(
            'SELECT promote($1, id) FROM unnest($2::text[]) AS jobs (id) ORDER BY id',
            [queueName, ids],
          )
        },
        async present(ids: readonly string[]) {
          const { rows } = await connection.pool.query<{ id: string }>(
            'SELECT id FROM job WHERE queue = $1 AND id = ANY($2::text[])',
            [queueName, ids],
          )
          return rows.map(({ id }) => id)
        },
      })
    },
    // Never sharded: there is one Postgres, and each shard would cost a worker nine connections.
    holding: async () => [],
    async openConsumer(queueName, { name, concurrency, process, onFault, onTakenOver }) {
      const worker = new BullWorker<unknown, void>(queueName, process, {
        connection: connect(options, CONSUMER_POOL),
        name,
        concurrency,
        ...(telemetry && { telemetry }),
        ...CONSUMER_SETTINGS,
      })
      worker.on('error', onFault)
      worker.on('stalled', onTakenOver)
      const abandon = () => worker.getBackend().close()
      try {
        await within(READY_TIMEOUT, worker.waitUntilReady(), 'The queue in Postgres does not answer.')
      } catch (error) {
        await abandon()
        throw error
      }
      return Object.assign(worker, { abandon, lookForMore: () => wake(worker) })
    },
    poolUse() {
      // BullMQ names less of it than it is.
      const { totalCount, idleCount, waitingCount } = connection.pool as unknown as Pool
      return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount }
    },
    close: () => connection.close(),
  }
}

/** How a pool of `max` connections connects. BullMQ adds the schema to their search path. */
function connect({ url, schema }: PostgresBackendOptions, max: number): PostgresPoolConfig {
  const { options, ...address } = splitOptions(url)
  return {
    ...address,
    schema,
    max,
    application_name: 'ringback-queue',
    keepAlive: true,
    connectionTimeoutMillis: 2 * SECOND,
    // Ends a query on a connection that has silently died.
    query_timeout: 10 * SECOND,
    // An alarm clock need not outlive a crash of Postgres, which takes the last moments of this schema only: lost
    // alarms are set again from the truth. It saves one fsync per job. And whoever is frozen in the middle of a
    // transaction loses its locks when its jobs are others'.
    options: `${options} -c synchronous_commit=off -c idle_in_transaction_session_timeout=${LOCK_MS}`.trim(),
    // BullMQ hands it to node-postgres, whose own type is less strict.
  } as PostgresPoolConfig
}

/** Takes the `options` parameter out of the URL, where it would override ours: the two must be joined. */
function splitOptions(address: PostgresAddress) {
  const { connectionString, options = '', ...rest } = asConfig(address)
  if (connectionString === undefined || !URL.canParse(connectionString))
    return { ...rest, ...(connectionString && { connectionString }), options }
  const url = new URL(connectionString)
  const own = url.searchParams.get('options') ?? options
  url.searchParams.delete('options')
  return { ...rest, connectionString: url.href, options: own }
}
