import { MINUTE } from '../duration.ts'
import { plannedDelay } from './next-attempt.ts'
import type { RetryPolicy } from './policy.ts'

/**
 * What an attempt may take beside its planned delay: the longest timeout, the wait for a place, the queue. A delivery
 * that only ever did what its policy says is never cut short by its window.
 */
const SLACK_PER_ATTEMPT = 5 * MINUTE

/**
 * How long a delivery is tried, from the beginning of its schedule: all delays of its policy. A delivery that was held
 * past it (paused, disabled, an open circuit) has one attempt left when it may go on; one that only waited for its turn,
 * or as long as its receiver asked, has all of them.
 * @returns milliseconds
 */
export function retryWindow(policy: RetryPolicy): number {
  let window = SLACK_PER_ATTEMPT
  for (let tries = 1; ; tries++) {
    const delay = plannedDelay(policy, tries)
    if (delay === null) return window
    window += delay * (1 + policy.jitter) + SLACK_PER_ATTEMPT
  }
}
