/** Statistics of a window: totals, and a point for each bucket. */
import type { Db } from '../db/open.ts'
import { HOUR, MINUTE } from '../duration.ts'
import type { Id } from '../ids.ts'
import { type Histogram, type Percentiles, percentilesOf } from './histogram.ts'
import { findProgress, readRows, type StatsRow } from './store.ts'
import type { Counts } from './table.ts'
import { WINDOWS, type Window, type WindowName, windowAt } from './window.ts'

/** What happened in a length of time. */
export interface Sums {
  attempts: number
  succeeded: number
  events: number
  failed: number
  canceled: number
  errors: Counts
  statuses: Counts
  latency: Percentiles
}

/** What is asked for. */
export interface StatsOf {
  window: Window
  totals: Sums
  buckets: (Sums & { at: number })[]
}

/**
 * @param tenantId empty: all tenants but the operator's own
 * @param endpointId empty: all of the tenant's
 * @param now milliseconds since the epoch
 */
export async function showStats(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'> | '',
  name: WindowName,
  now: number,
): Promise<StatsOf> {
  const window = windowAt(name, now)
  const rows = await rowsIn(db, tenantId, endpointId, window)
  const byBucket = new Map<number, StatsRow[]>(window.starts.map((start) => [start, []]))
  for (const row of rows) {
    const start = Math.floor(row.at.getTime() / window.bucketMs) * window.bucketMs
    byBucket.get(start)?.push(row)
  }
  return {
    window,
    totals: sum(rows),
    buckets: [...byBucket].map(([at, ofBucket]) => ({ at, ...sum(ofBucket) })),
  }
}

/** Long windows from hours; what has not come into one yet, from minutes. */
async function rowsIn(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'> | '',
  { name, from, to }: Window,
): Promise<StatsRow[]> {
  const end = Math.ceil((to + 1) / MINUTE) * MINUTE
  const byMinute = WINDOWS[name].bucketMs < HOUR
  const hoursUntil = byMinute ? from : Math.max(from, (await findProgress(db, 'hours')) ?? from)
  const [hours, minutes] = await Promise.all([
    byMinute ? [] : readRows(db, tenantId, endpointId, { span: 'hour', from, to: hoursUntil }),
    readRows(db, tenantId, endpointId, { span: 'minute', from: hoursUntil, to: end }),
  ])
  return [...hours, ...minutes]
}

function sum(rows: readonly StatsRow[]): Sums {
  const total = (column: 'attempts' | 'succeeded' | 'events' | 'failed' | 'canceled') =>
    rows.reduce((all, row) => all + row[column], 0)
  return {
    attempts: total('attempts'),
    succeeded: total('succeeded'),
    events: total('events'),
    failed: total('failed'),
    canceled: total('canceled'),
    errors: added(rows.map((row) => row.errors)),
    statuses: added(rows.map((row) => row.statuses)),
    latency: percentilesOf(histogramOf(added(rows.map((row) => row.latency)))),
  }
}

function added(all: readonly Counts[]): Counts {
  const result: Counts = {}
  for (const counts of all)
    for (const [name, n] of Object.entries(counts)) result[name] = (result[name] ?? 0) + n
  return result
}

const histogramOf = (counts: Counts): Histogram =>
  new Map(Object.entries(counts).map(([bucket, n]) => [Number(bucket), n]))
