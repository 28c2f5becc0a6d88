/**
 * Rolling up what was attempted, so that charts cost the same however much there was, and outlive it. Nothing is written
 * where deliveries are made: minutes are summed up from what lies there, again and again while it may still change.
 *
 * Three hands go over the time, each from where it stopped: one over the last minutes, every few seconds; one a quarter of
 * an hour behind it, for what was committed late; one over hours that the second has passed. All of them set sums and add
 * to none, so any may do its work twice.
 */

import { inTransaction } from '../db/deadlock.ts'
import type { Db } from '../db/open.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../duration.ts'
import {
  findProgress,
  firstOf,
  type Progress,
  removeOldStats,
  rollHour,
  rollMinutes,
  saveProgress,
} from './store.ts'
import { MINUTES_KEPT } from './window.ts'

/** An attempt's row is written when it ends, its minute is that of its beginning: as a rule no later than this. */
const LATE = 90 * SECOND

/** A Postgres that was away holds results back for longer; after this they are counted in no minute. */
const SETTLED_AFTER = 15 * MINUTE

/** Bounds a statement: some hundred thousand attempts of an installation that is at its limit. */
const CHUNK = 5 * MINUTE

/**
 * Moves the hands on.
 * @param now milliseconds since the epoch
 * @returns whether any is behind
 */
export async function rollUp(db: Db, now: number): Promise<boolean> {
  const thisMinute = Math.floor(now / MINUTE) * MINUTE
  const behind = await inTransaction(db, (tx) => over(tx, 'minutes', LATE, thisMinute + MINUTE, now))
  const settledEnd = thisMinute - SETTLED_AFTER
  const settled = await inTransaction(db, (tx) => over(tx, 'settled', 0, settledEnd, now))
  const hours = await inTransaction(db, (tx) => overHours(tx, now))
  return behind || settled || hours
}

async function over(db: Db, name: Progress, again: number, end: number, now: number): Promise<boolean> {
  const begun = (await findProgress(db, name)) ?? (await beginning(db, now))
  const from = Math.floor(Math.min(begun - again, end) / MINUTE) * MINUTE
  // The first hand does the last minutes anew every few seconds, the second a chunk at a time.
  if (name === 'settled' && end - begun < CHUNK) return keep()
  const to = Math.min(end, from + again + CHUNK - ((from + again) % MINUTE))
  if (to > from) await rollMinutes(db, from, to)
  await saveProgress(db, name, Math.min(to, now))
  return to < end

  /** It has begun, and has nothing to do yet. */
  async function keep(): Promise<false> {
    await saveProgress(db, name, begun)
    return false
  }
}

async function overHours(db: Db, now: number): Promise<boolean> {
  const begun = (await findProgress(db, 'hours')) ?? (await beginning(db, now))
  const from = Math.floor(begun / HOUR) * HOUR
  const settled = (await findProgress(db, 'settled')) ?? 0
  if (from + HOUR > settled) {
    await saveProgress(db, 'hours', from)
    return false
  }
  await rollHour(db, from)
  await saveProgress(db, 'hours', from + HOUR)
  return from + 2 * HOUR <= settled
}

/** Where the hands begin: at the first thing that there is, no longer ago than minutes are kept. */
const beginning = async (db: Db, now: number) => (await firstOf(db, now - MINUTES_KEPT)) ?? now

/** Removes minutes after two days, and hours after so many. */
export async function forgetStats(db: Db, now: number, days: number): Promise<void> {
  await removeOldStats(db, 'minute', now - MINUTES_KEPT)
  await removeOldStats(db, 'hour', now - days * DAY)
}
