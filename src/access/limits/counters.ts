/**
 * Where the counts of all processes are kept: in Redis, or in Postgres where there is none. While the store is away each
 * process counts by itself, so that a limit never stops the service; together they may then let through more.
 */
import pg from 'pg'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
} from 'rate-limiter-flexible'
import type { Clock } from '../../clock.ts'
import { SECOND } from '../../duration.ts'
import { asConfig, type PostgresAddress } from '../../postgres-address.ts'
import { createFaultLog } from '../../queue/fault-log.ts'
import { createRedisClient } from '../../queue/redis-client.ts'
import type { Rate } from '../../rate.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Draw, Drawn } from './shares.ts'

/** The store. */
export type CounterStore = { redisUrl: string } | { postgresUrl: PostgresAddress }

/** Counts, by the name of the limit that they are for. */
export interface Counters {
  for(name: string, rate: Rate): Draw
  close(): Promise<void>
}

/** What counters stand on. */
export interface CountersNeeds {
  store: CounterStore
  clock: Clock
  log: Log
}

/** A request waits no longer for its count: the store answers in a millisecond, or something is wrong with it. */
const ANSWER_TIMEOUT = SECOND / 2

/** How long a store that failed is left alone: one request in a second waits for one that hangs. */
const AGAIN_AFTER = SECOND

/** Drawing in portions leaves little to do. */
const POSTGRES_CONNECTIONS = 2

/** Opens the store. One that is away hinders nothing. */
export function openCounters({ store, clock, log }: CountersNeeds): Counters {
  let isClosing = false
  const report = createFaultLog(log, clock)
  const onFault = (error: unknown) => {
    if (!isClosing)
      report('Requests are counted by this process alone: the store of the counts failed', error)
  }
  const { limiter, close } = 'redisUrl' in store ? onRedis(store, onFault) : onPostgres(store, onFault)
  let awayUntil = 0

  return {
    for(name, { count, seconds }) {
      const options = { keyPrefix: `ringback:limit:${name}`, points: count, duration: seconds }
      const shared = limiter(options)
      const own = new RateLimiterMemory(options)
      const windowMs = seconds * SECOND

      return async (id, points) => {
        const started = performance.now()
        if (started < awayUntil) return drawFrom(own, id, points, windowMs)
        try {
          return await drawFrom(shared, id, points, windowMs)
        } catch (error) {
          awayUntil = performance.now() + AGAIN_AFTER
          onFault(error)
          return drawFrom(own, id, points, windowMs)
        }
      }
    },
    close() {
      isClosing = true
      return close()
    },
  }
}

/** `penalty` counts as `consume` does, and refuses nothing: what is granted of a share is said in `shares.ts`. */
async function drawFrom(
  limiter: RateLimiterAbstract,
  id: string,
  points: number,
  windowMs: number,
): Promise<Drawn> {
  let { consumedPoints, msBeforeNext } = await limiter.penalty(id, points)
  if (msBeforeNext > 2 * windowMs) {
    // A window of the future: the clock of this machine, or of the one that opened the window, was set back.
    await limiter.delete(id)
    ;({ consumedPoints, msBeforeNext } = await limiter.penalty(id, points))
  }
  return { total: consumedPoints, resetMs: msBeforeNext }
}

type Options = ConstructorParameters<typeof RateLimiterMemory>[0]

function onRedis({ redisUrl }: { redisUrl: string }, onFault: (error: unknown) => void) {
  const client = createRedisClient(redisUrl, {
    connectTimeout: 5 * SECOND,
    commandTimeout: ANSWER_TIMEOUT,
    // Ends a connection that has silently died.
    socketTimeout: 2 * SECOND,
    keepAlive: 10 * SECOND,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // After a failover the old master turns read-only: connect anew.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  client.on('error', onFault)
  return {
    limiter: (options: Options) =>
      new RateLimiterRedis({ ...options, storeClient: client, rejectIfRedisNotReady: true }),
    async close() {
      client.disconnect()
    },
  }
}

function onPostgres({ postgresUrl }: { postgresUrl: PostgresAddress }, onFault: (error: unknown) => void) {
  // Of its own: a count must not wait behind the events that it lets in.
  const pool = new pg.Pool({
    ...asConfig(postgresUrl),
    max: POSTGRES_CONNECTIONS,
    connectionTimeoutMillis: ANSWER_TIMEOUT,
    query_timeout: ANSWER_TIMEOUT,
    application_name: 'ringback limits',
    keepAlive: true,
  })
  pool.on('error', onFault)
  pool.on('connect', (client) => client.on('error', onFault))
  return {
    // Rows that ended an hour ago are removed every five minutes, by the library.
    limiter: (options: Options) =>
      new RateLimiterPostgres({
        ...options,
        storeClient: pool,
        storeType: 'pool',
        schemaName: 'ringback',
        tableName: 'rate_limits',
        tableCreated: true,
      }),
    close: () => pool.end(),
  }
}
