import type { RetryPolicy } from '../api/shapes.ts'
import { span } from '../elements/time-text.ts'
import { DEFAULT_RETRY } from './default-retry.ts'

const MOST_SHOWN = 6

/** A policy in words: as in "10 attempts over 2.6 d: after 10 s, 40 s, 2.7 min, ...". Without jitter. */
export function describeRetries(policy: RetryPolicy): string {
  const delays = delaysOf(policy)
  if (delays.length === 0) return 'One attempt, and no other.'
  const whole = delays.reduce((sum, delay) => sum + delay, 0)
  const shown = delays.slice(0, MOST_SHOWN).map(span).join(', ')
  const more = delays.length > MOST_SHOWN ? ', ...' : ''
  return `${delays.length + 1} attempts over ${span(whole)}: again after ${shown}${more}.`
}

function delaysOf(policy: RetryPolicy): number[] {
  if (policy.kind === 'schedule') return policy.delaysSeconds
  const { baseSeconds, factor, maxDelaySeconds, maxAttempts } = { ...DEFAULT_RETRY, ...policy }
  return Array.from({ length: Math.max(0, maxAttempts - 1) }, (_, n) =>
    Math.min(maxDelaySeconds, baseSeconds * factor ** n),
  )
}
