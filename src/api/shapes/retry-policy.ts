import { z } from '@hono/zod-openapi'
import { DEFAULT_RETRY_POLICY, MAX_SCHEDULE_DELAYS, RETRY_BOUNDS } from '../../retry/policy.ts'

const within = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max)

const jitter = within(RETRY_BOUNDS.jitter)
  .default(DEFAULT_RETRY_POLICY.jitter)
  .openapi({ description: 'The part of a delay that chance may add or take away.' })

const Exponential = z
  .strictObject({
    kind: z.literal('exponential'),
    baseSeconds: within(RETRY_BOUNDS.baseSeconds).default(DEFAULT_RETRY_POLICY.baseSeconds),
    factor: within(RETRY_BOUNDS.factor).default(DEFAULT_RETRY_POLICY.factor),
    maxDelaySeconds: within(RETRY_BOUNDS.maxDelaySeconds).default(DEFAULT_RETRY_POLICY.maxDelaySeconds),
    maxAttempts: within(RETRY_BOUNDS.maxAttempts).int().default(DEFAULT_RETRY_POLICY.maxAttempts),
    jitter,
  })
  .openapi('ExponentialRetry', {
    description: 'Delays that grow: `baseSeconds * factor^n`, up to a maximum.',
  })

const Schedule = z
  .strictObject({
    kind: z.literal('schedule'),
    delaysSeconds: z.array(within(RETRY_BOUNDS.maxDelaySeconds)).max(MAX_SCHEDULE_DELAYS),
    jitter,
  })
  .openapi('ScheduledRetry', { description: 'Delays one by one; n of them make n + 1 attempts.' })

/**
 * When a failed delivery is tried again, as it is set and as it is shown; what is left out is set as by default. It has no
 * name in the document: where a named schema may also be null, the generator lets every use of it be null.
 */
export const RetryPolicy = z.discriminatedUnion('kind', [Exponential, Schedule])
