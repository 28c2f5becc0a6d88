/** The retry decision. */
import type { Random } from '../clock.ts'
import { DAY, SECOND } from '../duration.ts'
import type { RetryPolicy } from './policy.ts'
import { parseRetryAfter } from './retry-after.ts'

/** What the decision rests on. */
export interface FailedAttempt {
  /** Milliseconds since the epoch. */
  now: number
  /** Attempts made in this round, this one included; a retry by hand begins a new round. */
  tries: number
  policy: RetryPolicy
  /** Null when no answer came. */
  response: { status: number; retryAfter: string | undefined } | null
  random: Random
}

/** When to try again, or why not. */
export type NextAttempt = { retryAt: number; delayMs: number } | { giveUp: 'attempts_exhausted' }

/** A receiver may ask for patience, but not take a delivery out of sight for longer than the default policy ever waits. */
export const MAX_RETRY_AFTER = DAY

/**
 * Decides what follows a failed attempt.
 *
 * The policy's delay is stretched or shrunk by chance, within `jitter`, so that deliveries which failed together do not
 * come back together. A receiver that answers 429 or 503 with a readable `Retry-After` is left alone for as long as it
 * asks: never less than the policy's own delay, and never more than 24 hours on its word.
 *
 * @returns whole milliseconds, `retryAt = now + delayMs`
 */
export function nextAttempt({ now, tries, policy, response, random }: FailedAttempt): NextAttempt {
  const planned = plannedDelay(policy, tries)
  if (planned === null) return { giveUp: 'attempts_exhausted' }

  const jittered = Math.round(planned * (1 + policy.jitter * (2 * random() - 1)))
  const asked = mayAskForPatience(response) ? parseRetryAfter(response.retryAfter, now) : null
  const delayMs = Math.max(jittered, Math.min(asked ?? 0, MAX_RETRY_AFTER))
  return { retryAt: now + delayMs, delayMs }
}

/**
 * What the policy says by itself, without chance.
 * @param tries attempts made in this round, at least 1
 * @returns milliseconds until the next attempt; null when there is none
 */
export function plannedDelay(policy: RetryPolicy, tries: number): number | null {
  if (policy.kind === 'schedule') {
    const delay = policy.delaysSeconds[tries - 1]
    return delay === undefined ? null : delay * SECOND
  }
  if (tries >= policy.maxAttempts) return null
  return Math.min(policy.baseSeconds * policy.factor ** (tries - 1), policy.maxDelaySeconds) * SECOND
}

type Response = NonNullable<FailedAttempt['response']>

/** Only these two statuses speak of load; on any other, the header would let an error page set the pace. */
function mayAskForPatience(response: Response | null): response is Response {
  return response?.status === 429 || response?.status === 503
}
