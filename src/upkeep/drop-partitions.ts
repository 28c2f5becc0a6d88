import type pg from 'pg'
import { removeAttempts } from '../attempts/store.ts'
import type { Clock } from '../clock.ts'
import {
  attachPartition,
  detachPartition,
  dropDetached,
  type OldPartition,
  partitionsBefore,
  shrinkPartition,
} from '../db/old-partitions.ts'
import type { Db } from '../db/open.ts'
import type { PartitionedTable } from '../db/partitions.ts'
import {
  anyWaitingIn,
  countWaitingForEventsOf,
  countWaitingFrom,
  oldDeliveries,
  removeEnded,
} from '../deliveries/store.ts'
import { DAY, HOUR, MINUTE } from '../duration.ts'
import { freeExternalIds, removeOldEvents } from '../events/store.ts'
import type { Id } from '../ids.ts'
import type { PostgresAddress } from '../postgres-address.ts'
import { findProgress } from '../stats/store.ts'
import type { Log } from '../telemetry/log.ts'
import type { Duty } from './duty.ts'

/** What dropping needs from outside. */
export interface DropNeeds {
  db: Db
  pool: pg.Pool
  /** Past a pooler. */
  address: PostgresAddress
  clock: Clock
  log: Log
  /** How long events and deliveries are kept, and attempts. */
  days: { events: number; attempts: number }
}

/** Bounds one statement. */
const AT_ONCE = 5_000

/** Later than any attempt: with a delivery goes its whole log. */
const FAR_OFF = Date.UTC(9999, 0)

/**
 * Drops the partitions whose every row has been kept for its days. One in which something still waits, or whose events
 * something waits to send, stays: whatever has ended leaves it row by row, and the log says what holds it back. What
 * statistics have not summed up yet stays too.
 */
export function dropPartitions({ db, pool, address, clock, log, days }: DropNeeds): Duty {
  /** By partition, how many held it back when it was thinned last: with as many there is nothing to thin. */
  const thinned = new Map<string, number>()

  /** @returns whether it came to the end: what is on its way out lets none after it */
  async function dropOld(table: PartitionedTable, before: number, signal?: AbortSignal): Promise<boolean> {
    for (const partition of await partitionsBefore(pool, table, before)) {
      signal?.throwIfAborted()
      const held = partition.state === 'attached' ? await HOLDS_BACK[table](db, partition) : 0
      if (held > 0) await thinOnce(table, partition, held, signal)
      else if (!(await drop(table, partition, signal))) return false
    }
    return true
  }

  /** @returns false: some query that began earlier still looks at it */
  async function drop(
    table: PartitionedTable,
    partition: OldPartition,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const { name } = partition
    if (table === 'events' && partition.state === 'attached')
      for (let at: Id<'event'> | null = null; ; ) {
        signal?.throwIfAborted()
        at = await freeExternalIds(db, partition, at, AT_ONCE)
        if (at === null) break
      }
    if (!(await detachPartition(address, table, partition))) return false
    // Whoever began something anew before it was out of sight has committed by now.
    if (await isNeeded(table, partition)) {
      await attachPartition(pool, table, name)
      return true
    }
    await dropDetached(pool, name)
    thinned.delete(name)
    log.info({ partition: name }, 'A partition has been kept for its days, and is dropped.')
    return true
  }

  async function isNeeded(table: PartitionedTable, partition: OldPartition): Promise<boolean> {
    if (table === 'deliveries') return anyWaitingIn(db, partition.name)
    return (await HOLDS_BACK[table](db, partition)) > 0
  }

  async function thinOnce(
    table: PartitionedTable,
    partition: OldPartition,
    held: number,
    signal?: AbortSignal,
  ) {
    const { name } = partition
    if (thinned.get(name) === held) return
    await THIN[table](db, partition, signal)
    if (!(await shrinkPartition(address, name))) return
    thinned.set(name, held)
    log.warn({ partition: name, waiting: held }, HELD_BACK)
  }

  return {
    name: 'drop partitions',
    everyMs: HOUR,
    async run(signal) {
      const summedUp = (await findProgress(db, 'settled')) ?? 0
      const before = (kept: number) => Math.min(clock.now() - kept * DAY, summedUp)
      const done = [
        await dropOld('attempts', before(Math.min(days.attempts, days.events)), signal),
        await dropOld('deliveries', before(days.events), signal),
        await dropOld('events', before(days.events), signal),
      ]
      return done.every(Boolean) ? undefined : MINUTE
    },
  }
}

const HELD_BACK =
  'A partition is past its days, but something of it still waits: only that is kept. Enable its endpoint, or cancel what waits.'

type Period = Pick<OldPartition, 'from' | 'to'>

/** How many deliveries keep a partition from leaving. */
const HOLDS_BACK: Record<PartitionedTable, (db: Db, period: Period) => Promise<number>> = {
  attempts: async () => 0,
  deliveries: countWaitingFrom,
  events: countWaitingForEventsOf,
}

/** Removes what nothing waits for. */
const THIN: Record<PartitionedTable, (db: Db, period: Period, signal?: AbortSignal) => Promise<void>> = {
  attempts: async () => {},
  async deliveries(db, period, signal) {
    for (let at: Id<'delivery'> | null = null; ; ) {
      signal?.throwIfAborted()
      const ids: Id<'delivery'>[] = await oldDeliveries(db, null, period, at, AT_ONCE)
      await removeAttempts(db, await removeEnded(db, ids, period.to), FAR_OFF)
      if (ids.length < AT_ONCE) return
      at = ids.at(-1)!
    }
  },
  async events(db, period, signal) {
    for (let at: Id<'event'> | null = null; ; ) {
      signal?.throwIfAborted()
      at = (await removeOldEvents(db, null, period, at, AT_ONCE)).cursor
      if (at === null) return
    }
  },
}
