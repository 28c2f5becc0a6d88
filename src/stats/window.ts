/** The windows that statistics are asked for, and the buckets that each is shown in. */
import { DAY, HOUR, MINUTE, SECOND } from '../duration.ts'

/** How far back each reaches, and how long a bucket is: around a hundred points, which a chart shows one by one. */
export const WINDOWS = {
  '1h': { buckets: 60, bucketMs: MINUTE },
  '24h': { buckets: 96, bucketMs: 15 * MINUTE },
  '7d': { buckets: 168, bucketMs: HOUR },
  '30d': { buckets: 120, bucketMs: 6 * HOUR },
} as const

export type WindowName = keyof typeof WINDOWS
export const WINDOW_NAMES = Object.keys(WINDOWS) as [WindowName, ...WindowName[]]

/** Minutes are kept for so long; longer windows are read from hours. */
export const MINUTES_KEPT = 2 * DAY

/** A window at a moment. */
export interface Window {
  name: WindowName
  /** Where the first bucket begins: at a multiple of its length. */
  from: number
  to: number
  bucketMs: number
  bucketSeconds: number
  /** When each bucket begins, the oldest first; the last one is under way. */
  starts: number[]
}

/** @param now milliseconds since the epoch */
export function windowAt(name: WindowName, now: number): Window {
  const { buckets, bucketMs } = WINDOWS[name]
  const last = Math.floor(now / bucketMs) * bucketMs
  const starts = Array.from({ length: buckets }, (_, i) => last - (buckets - 1 - i) * bucketMs)
  return { name, from: starts[0]!, to: now, bucketMs, bucketSeconds: bucketMs / SECOND, starts }
}
