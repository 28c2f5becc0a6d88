import { sql } from 'drizzle-orm'
import { DAY } from '../duration.ts'
import { firstIdAt, type IdKind } from '../ids.ts'
import { lockName } from './name-lock.ts'
import type { Db } from './open.ts'

/** The tables that are cut by time, and whose id leads them. */
const PARTITIONED = [
  { table: 'events', kind: 'event', fillfactor: 100 },
  // A delivery is updated once or more after its insert: room on its page keeps the new version beside the old.
  { table: 'deliveries', kind: 'delivery', fillfactor: 80 },
  { table: 'attempts', kind: 'attempt', fillfactor: 100 },
] as const satisfies readonly { table: string; kind: IdKind; fillfactor: number }[]

/**
 * A week: 13 partitions in the default retention of 90 days. Days would make planning of a query that cannot prune
 * (the sweeper's) seven times dearer, months would keep data four weeks longer than asked.
 */
export const PARTITION_SPAN = 7 * DAY

/** Made ahead, so that upkeep may be away for a month before an insert has nowhere to go. */
const WEEKS_AHEAD = 4

/** Behind too: a process whose clock is a little late may still mint ids of last week. */
const WEEKS_BEHIND = 1

/** A table that is cut by time. */
export type PartitionedTable = (typeof PARTITIONED)[number]['table']

/** The name of a partition says when it begins. */
const nameOf = (table: PartitionedTable, from: number) =>
  `${table}_${new Date(from).toISOString().slice(0, 10).replaceAll('-', '')}`

/** Of what time a partition is, by its name: milliseconds since the epoch; the end is not included. */
export function spanOf(name: string): { from: number; to: number } {
  const [, year, month, day] = /_(\d{4})(\d{2})(\d{2})$/.exec(name)!
  const from = Date.UTC(Number(year), Number(month) - 1, Number(day))
  return { from, to: from + PARTITION_SPAN }
}

/** Where a partition ends and begins, as `attach partition` wants it. */
export function boundsOf(table: PartitionedTable, name: string): string {
  const { kind } = PARTITIONED.find((one) => one.table === table)!
  const { from, to } = spanOf(name)
  return `for values from ('${firstIdAt(kind, from)}') to ('${firstIdAt(kind, to)}')`
}

/**
 * Makes the partitions around `now`; those that exist stay as they are. Each is made by itself and then attached: to make
 * it in its place would lock everybody out of the table, and out of all that stand in line behind a long query. Two that
 * make the same one do it one after the other.
 * @param now milliseconds since the epoch
 */
export async function ensurePartitions(db: Db, now: number): Promise<void> {
  const thisWeek = Math.floor(now / PARTITION_SPAN)
  for (const { table, fillfactor } of PARTITIONED) {
    for (let week = thisWeek - WEEKS_BEHIND; week <= thisWeek + WEEKS_AHEAD; week++) {
      const name = nameOf(table, week * PARTITION_SPAN)
      if (!(await exists(db, name))) await db.transaction((tx) => make(tx, table, name, fillfactor))
    }
  }
}

async function make(tx: Db, table: PartitionedTable, name: string, fillfactor: number) {
  await lockName(tx, 'partition', name)
  if (await exists(tx, name)) return
  await tx.execute(
    sql.raw(
      `create table ringback.${name} (like ringback.${table} including all) with (fillfactor = ${fillfactor})`,
    ),
  )
  await tx.execute(
    sql.raw(`alter table ringback.${table} attach partition ringback.${name} ${boundsOf(table, name)}`),
  )
}

async function exists(db: Db, name: string): Promise<boolean> {
  const { rows } = await db.execute<{ is: boolean }>(
    sql`select to_regclass(${`ringback.${name}`}) is not null as is`,
  )
  return rows[0]!.is
}

/**
 * For how many weeks from now on there is room, this one counted; 0: an insert has nowhere to go.
 * @param now milliseconds since the epoch
 */
export async function weeksMade(db: Db, now: number): Promise<number> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select c.relname as name from pg_inherits i
    join pg_class c on c.oid = i.inhrelid join pg_class parent on parent.oid = i.inhparent
    join pg_namespace n on n.oid = parent.relnamespace where n.nspname = 'ringback'`)
  const made = new Set(rows.map(({ name }) => name))
  const thisWeek = Math.floor(now / PARTITION_SPAN)
  let weeks = 0
  const isMade = (week: number) =>
    PARTITIONED.every(({ table }) => made.has(nameOf(table, week * PARTITION_SPAN)))
  while (isMade(thisWeek + weeks)) weeks++
  return weeks
}

/** Until when there are partitions, in milliseconds since the epoch; the beginning of this week: there are none. */
export async function madeUntil(db: Db, now: number): Promise<number> {
  return (Math.floor(now / PARTITION_SPAN) + (await weeksMade(db, now))) * PARTITION_SPAN
}
