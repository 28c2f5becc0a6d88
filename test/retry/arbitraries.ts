import fc from 'fast-check'
import type { RetryPolicy } from '../../src/retry/policy.ts'
import { MAX_SCHEDULE_DELAYS, RETRY_BOUNDS } from '../../src/retry/policy.ts'

const within = ({ min, max }: { min: number; max: number }) => fc.double({ min, max, noNaN: true })

/** Any policy that may be set. */
export const anyPolicy: fc.Arbitrary<RetryPolicy> = fc.oneof(
  fc.record({
    kind: fc.constant('exponential' as const),
    baseSeconds: within(RETRY_BOUNDS.baseSeconds),
    factor: within(RETRY_BOUNDS.factor),
    maxDelaySeconds: within(RETRY_BOUNDS.maxDelaySeconds),
    maxAttempts: fc.integer(RETRY_BOUNDS.maxAttempts),
    jitter: within(RETRY_BOUNDS.jitter),
  }),
  fc.record({
    kind: fc.constant('schedule' as const),
    delaysSeconds: fc.array(within(RETRY_BOUNDS.maxDelaySeconds), { maxLength: MAX_SCHEDULE_DELAYS }),
    jitter: within(RETRY_BOUNDS.jitter),
  }),
)
