import { sql } from 'drizzle-orm'
import { DAY } from '../duration.ts'
import { firstIdAt, type IdKind } from '../ids.ts'
import type { Db } from './open.ts'

/** The tables that are cut by time, and whose id leads them. */
const PARTITIONED: readonly { table: string; kind: IdKind; fillfactor: number }[] = [
  { table: 'events', kind: 'event', fillfactor: 100 },
  // A delivery is updated once or more after its insert: room on its page keeps the new version beside the old.
  { table: 'deliveries', kind: 'delivery', fillfactor: 80 },
  { table: 'attempts', kind: 'attempt', fillfactor: 100 },
]

/**
 * A week: 13 partitions in the default retention of 90 days. Days would make planning of a query that cannot prune
 * (the sweeper's) seven times dearer, months would keep data four weeks longer than asked.
 */
export const PARTITION_SPAN = 7 * DAY

/** Made ahead, so that upkeep may be away for a month before an insert has nowhere to go. */
const WEEKS_AHEAD = 4

/** Behind too: a process whose clock is a little late may still mint ids of last week. */
const WEEKS_BEHIND = 1

/**
 * Makes the partitions around `now`; those that exist stay as they are. Safe in many processes at once under the
 * migration lock.
 * @param now milliseconds since the epoch
 */
export async function ensurePartitions(db: Db, now: number): Promise<void> {
  const thisWeek = Math.floor(now / PARTITION_SPAN)
  for (const { table, kind, fillfactor } of PARTITIONED) {
    for (let week = thisWeek - WEEKS_BEHIND; week <= thisWeek + WEEKS_AHEAD; week++) {
      const from = week * PARTITION_SPAN
      const name = nameOf(table, from)
      await db.execute(
        sql.raw(
          `create table if not exists ringback.${name} partition of ringback.${table}
           for values from ('${firstIdAt(kind, from)}') to ('${firstIdAt(kind, from + PARTITION_SPAN)}')
           with (fillfactor = ${fillfactor})`,
        ),
      )
    }
  }
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

/** @param from when its week begins */
const nameOf = (table: string, from: number): string =>
  `${table}_${new Date(from).toISOString().slice(0, 10).replaceAll('-', '')}`
