/**
 * How a partition leaves without locking anybody out: it is detached beside whatever goes on, and then it is a table that
 * nobody sees. Whatever interrupts this, the next look finds how far it came and goes on from there.
 */
import pg from 'pg'
import { SECOND } from '../duration.ts'
import { asConfig, type PostgresAddress } from '../postgres-address.ts'
import { boundsOf, type PartitionedTable, spanOf } from './partitions.ts'

/** A partition, or a table that was one. */
export interface OldPartition {
  name: string
  /** Of what time: milliseconds since the epoch; the end is not included. */
  from: number
  to: number
  /** `leaving`: no new query sees it, but one that began earlier still may. `left`: nobody does. */
  state: 'attached' | 'leaving' | 'left'
}

/**
 * How long it may wait for queries that began earlier. It holds up nobody meanwhile; but whoever runs a dump for an hour
 * need not be waited for.
 */
const PATIENCE = 10 * SECOND

/** The partitions of a table whose time ended by then, the oldest first. */
export async function partitionsBefore(
  pool: pg.Pool,
  table: PartitionedTable,
  before: number,
): Promise<OldPartition[]> {
  const { rows } = await pool.query<{ name: string; state: OldPartition['state'] }>(
    `select relname as name,
            case when inhrelid is null then 'left' when inhdetachpending then 'leaving' else 'attached' end as state
     from pg_class left join pg_inherits on inhrelid = oid
     where relnamespace = 'ringback'::regnamespace and relkind = 'r' and relname ~ $1
     order by relname`,
    [`^${table}_\\d{8}$`],
  )
  return rows.map((row) => ({ ...row, ...spanOf(row.name) })).filter(({ to }) => to <= before)
}

/**
 * Takes a partition out of its table. When it returns, every transaction that could still write to it has ended.
 * @param address past a pooler
 * @returns false when queries that began earlier have not ended: it is `leaving`, and to be tried again
 */
export async function detachPartition(
  address: PostgresAddress,
  table: PartitionedTable,
  { name, state }: OldPartition,
): Promise<boolean> {
  if (state === 'left') return true
  const how = state === 'leaving' ? 'finalize' : 'concurrently'
  return withinMs(address, PATIENCE, `alter table ringback.${table} detach partition ringback.${name} ${how}`)
}

/** Puts a table back that was a partition; what it holds was seen to lie within its bounds when it was detached. */
export async function attachPartition(pool: pg.Pool, table: PartitionedTable, name: string): Promise<void> {
  await pool.query(`alter table ringback.${table} attach partition ringback.${name} ${boundsOf(table, name)}`)
}

/** Drops a table that was a partition: its room on the disk is free at once. */
export async function dropDetached(pool: pg.Pool, name: string): Promise<void> {
  await pool.query(`drop table ringback.${name}`)
}

/**
 * Gives the room back that deleted rows of an old partition take: it is written anew with the few that are left. Nobody
 * waits for it longer than that takes, and it does not wait in line for anybody.
 * @param address past a pooler
 * @returns whether it could be done now
 */
export async function shrinkPartition(address: PostgresAddress, name: string): Promise<boolean> {
  return withinMs(address, SECOND / 10, `vacuum (full, analyze) ringback.${name}`)
}

/**
 * Does what needs a lock and no transaction, on a connection of its own: how long it waits is a setting of its session, which
 * a pooler would hand on to the next.
 * @returns false when it did not get the lock in time
 */
async function withinMs(address: PostgresAddress, ms: number, statement: string): Promise<boolean> {
  const client = new pg.Client({
    ...asConfig(address),
    application_name: 'ringback retention',
    connectionTimeoutMillis: 5 * SECOND,
    // Whoever waits for an answer says nothing, and would never hear that the line is gone.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10 * SECOND,
  })
  // A connection that breaks rejects what is asked on it.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(`set lock_timeout = ${ms}`)
    await client.query(statement)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE) return false
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}

const LOCK_NOT_AVAILABLE = '55P03'
