import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { SECOND } from '../duration.ts'
import type { PoolUse } from '../telemetry/pool-meter.ts'
import { lentPool } from './lent-pool.ts'
import { processOf } from './line-watch.ts'
import { patientPool } from './patient-pool.ts'
import { createStatementNames, planOnce } from './plan-once.ts'
import { watchedClient } from './watched-client.ts'

/** Where SQL is sent: the pool, or a transaction on it; a store takes either. */
export type Db = PgDatabase<NodePgQueryResultHKT, Record<string, never>>

/** An open database. */
export interface Database {
  db: Db
  pool: pg.Pool
  /** How its connections are used at this moment. */
  use(): PoolUse
  /** Rejects when Postgres does not answer. */
  ping(): Promise<void>
  /** Lets go of all connections once their queries have ended. */
  close(): Promise<void>
}

/** How a process connects by itself. */
export interface DatabaseOptions {
  url: string
  /** The most connections. */
  poolSize: number
  /** What the server calls them; `ringback` unless told. */
  name?: string
  /** How long a transaction may stand still before Postgres ends it, in milliseconds; 15 s unless told. */
  standstillMs?: number
  /** Whether a Postgres that has no connection to give is waited for; it is unless told. */
  patient?: boolean
  /** Told of connections that break while idle; the pool replaces them by itself. */
  onError(error: Error): void
}

/**
 * Bounds how long a request waits for a connection when Postgres is away: long enough for a restart's blink, short
 * enough for a 503 that a client can act on.
 */
const CONNECT_TIMEOUT = 5 * SECOND

/** A connection that is not needed is let go sooner than others give up waiting for it, where Postgres has few. */
const IDLE_TIMEOUT = 2 * SECOND

/**
 * How long a connection may be idle before the system asks whether the other end is still there: a firewall in between
 * forgets those that say nothing, most after some minutes.
 */
const KEEP_ALIVE_AFTER = 10 * SECOND

/**
 * A process that is frozen in the middle of a transaction would keep its locks, and stop everybody who waits for them,
 * until it goes on. The queue gives up on it after the same time.
 */
const STANDSTILL = 15 * SECOND

/**
 * Works on a pool of the host's, which stays its own: closing lets go of it, and leaves it open.
 * @param onError told of connections that break while we have them; their queries reject by themselves
 */
export function useDatabase(pool: pg.Pool, onError: (error: Error) => void): Database {
  let isClosed = false
  const lent = lentPool(pool, {
    connectTimeoutMs: CONNECT_TIMEOUT,
    onError(error) {
      if (!isClosed) onError(error)
    },
  })
  return {
    db: drizzle(lent),
    pool: lent,
    use: () => useOf(pool),
    async ping() {
      await lent.query('select 1')
    },
    async close() {
      isClosed = true
    },
  }
}

/** Opens a pool; connects at the first query, so it does not fail by itself. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolSize, name = 'ringback', standstillMs = STANDSTILL, patient = true, onError } = options
  let closing: Promise<void> | undefined
  const nameOf = createStatementNames()
  const pool = (patient ? patientPool : impatientPool)({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    idleTimeoutMillis: IDLE_TIMEOUT,
    application_name: name,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER,
    Client: watchedClient(url),
    async onConnect(client) {
      // Asked for, and not said while connecting, where poolers refuse what they do not know.
      const { rows } = await client.query<{ pid: number }>(
        `select set_config('idle_in_transaction_session_timeout', $1, false), pg_backend_pid() as pid`,
        [String(standstillMs)],
      )
      const isDirect = rows[0]!.pid === processOf(client as pg.Client)
      if (!isDirect) return
      // A plan that is kept outlives the day on which a table was empty: of next week's partition it would read every row.
      await client.query('set enable_seqscan = off')
      planOnce(client, nameOf)
    },
  })
  // While closing, a server that stops at the same time may be quicker than our goodbye.
  const onBreak = (error: Error) => {
    if (!closing) onError(error)
  }
  pool.on('error', onBreak)
  // A connection that breaks while checked out rejects its query; without a listener its 'error' would end the process.
  pool.on('connect', (client) => client.on('error', onBreak))

  return {
    db: drizzle(pool),
    pool,
    use: () => useOf(pool),
    async ping() {
      await pool.query('select 1')
    },
    close() {
      closing ??= pool.end()
      return closing
    },
  }
}

const impatientPool = (options: pg.PoolConfig) => new pg.Pool(options)

const useOf = (pool: pg.Pool): PoolUse => ({
  busy: pool.totalCount - pool.idleCount,
  idle: pool.idleCount,
  waiting: pool.waitingCount,
})
