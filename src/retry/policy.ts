/** Retry policies: when a failed delivery is tried again, and when no more. */
import { DAY, SECOND } from '../duration.ts'
import { type Fault, refused } from '../errors.ts'

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

/**
 * Reads a policy as a caller sent it. What is left out is as in `DEFAULT_RETRY_POLICY`, save `kind` and a schedule's delays.
 * @throws RingbackError `retry_invalid` with a fault for each member that is wrong or unknown
 */
export function parseRetryPolicy(input: unknown): RetryPolicy {
  const faults: Fault[] = []
  const policy = readPolicy(input, faults)
  if (!policy || faults.length > 0) {
    throw refused('retry_invalid', 'This is not a retry policy that can be followed.', faults)
  }
  return policy
}

function readPolicy(input: unknown, faults: Fault[]): RetryPolicy | undefined {
  if (!isRecord(input)) {
    faults.push({ path: '', message: 'must be an object' })
    return
  }
  if (input.kind === 'exponential') return readExponential(input, faults)
  if (input.kind === 'schedule') return readSchedule(input, faults)
  faults.push({ path: 'kind', message: 'must be "exponential" or "schedule"' })
  return
}

function readExponential(input: Record<string, unknown>, faults: Fault[]): ExponentialPolicy {
  refuseUnknown(input, Object.keys(DEFAULT_RETRY_POLICY), faults)
  const read = (name: keyof typeof RETRY_BOUNDS) =>
    readNumber(name, input[name] ?? DEFAULT_RETRY_POLICY[name], RETRY_BOUNDS[name], faults)
  const policy: ExponentialPolicy = {
    kind: 'exponential',
    baseSeconds: read('baseSeconds'),
    factor: read('factor'),
    maxDelaySeconds: read('maxDelaySeconds'),
    maxAttempts: read('maxAttempts'),
    jitter: read('jitter'),
  }
  if (!Number.isInteger(policy.maxAttempts)) {
    faults.push({ path: 'maxAttempts', message: 'must be a whole number' })
  }
  return policy
}

function readSchedule(input: Record<string, unknown>, faults: Fault[]): SchedulePolicy {
  refuseUnknown(input, ['kind', 'delaysSeconds', 'jitter'], faults)
  const { delaysSeconds, jitter = DEFAULT_RETRY_POLICY.jitter } = input
  const policy: SchedulePolicy = {
    kind: 'schedule',
    delaysSeconds: [],
    jitter: readNumber('jitter', jitter, RETRY_BOUNDS.jitter, faults),
  }
  if (Array.isArray(delaysSeconds) && delaysSeconds.length <= MAX_SCHEDULE_DELAYS) {
    policy.delaysSeconds = delaysSeconds.map((delay: unknown, i) =>
      readNumber(`delaysSeconds[${i}]`, delay, RETRY_BOUNDS.maxDelaySeconds, faults),
    )
  } else {
    faults.push({
      path: 'delaysSeconds',
      message: `must be a list of at most ${MAX_SCHEDULE_DELAYS} numbers`,
    })
  }
  return policy
}

function readNumber(path: string, value: unknown, { min, max }: Bounds, faults: Fault[]): number {
  // Written so that NaN falls through as well.
  if (typeof value === 'number' && value >= min && value <= max) return value
  faults.push({ path, message: `must be a number from ${min} to ${max}` })
  return min
}

function refuseUnknown(input: Record<string, unknown>, known: readonly string[], faults: Fault[]) {
  for (const name of Object.keys(input)) {
    if (!known.includes(name)) faults.push({ path: name, message: 'is not part of such a policy' })
  }
}

function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}
