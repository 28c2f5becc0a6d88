/** Retry policies: when a failed delivery is tried again, and when no more. */
import { DAY, SECOND } from '../duration.ts'

/** Delays that grow: `baseSeconds * factor^n`, never above `maxDelaySeconds`. */
export interface ExponentialPolicy {
  kind: 'exponential'
  /** The delay after the first attempt. */
  baseSeconds: number
  factor: number
  /** Before jitter. */
  maxDelaySeconds: number
  /** The first attempt included. */
  maxAttempts: number
  /** The part of a delay that chance may add or take away: 0.2 is +-20 %. */
  jitter: number
}

/** Delays one by one; n of them make n + 1 attempts. */
export interface SchedulePolicy {
  kind: 'schedule'
  delaysSeconds: number[]
  /** As in `ExponentialPolicy`. */
  jitter: number
}

/** Seconds may be fractions. */
export type RetryPolicy = ExponentialPolicy | SchedulePolicy

/**
 * 10 s, 40 s, 2 min 40 s, 10 min 40 s, 43 min, 2.8 h, 11.4 h, 24 h, 24 h: ten attempts over 2.6 days, so that an outage
 * of a weekend is survived, and a blip costs seconds.
 */
export const DEFAULT_RETRY_POLICY: ExponentialPolicy = {
  kind: 'exponential',
  baseSeconds: 10,
  factor: 4,
  maxDelaySeconds: DAY / SECOND,
  maxAttempts: 10,
  jitter: 0.2,
}

interface Bounds {
  min: number
  max: number
}

/** What a policy may ask for. A schedule of a hundred weeks is more than anyone waits; a base of 0 retries at once. */
export const RETRY_BOUNDS = {
  baseSeconds: { min: 0, max: DAY / SECOND },
  factor: { min: 1, max: 10 },
  maxDelaySeconds: { min: 0, max: (7 * DAY) / SECOND },
  maxAttempts: { min: 1, max: 100 },
  jitter: { min: 0, max: 1 },
} as const satisfies Record<string, Bounds>

/** The longest schedule: with its first attempt, one more than `maxAttempts` may ask for. */
export const MAX_SCHEDULE_DELAYS = 100
