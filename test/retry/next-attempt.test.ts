import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/duration.ts'
import {
  type FailedAttempt,
  MAX_RETRY_AFTER,
  nextAttempt,
  plannedDelay,
} from '../../src/retry/next-attempt.ts'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../src/retry/policy.ts'
import { anyPolicy } from './arbitraries.ts'

const NOW = Date.UTC(2026, 0, 1)

/** The second attempt of the default policy failed, and chance says neither more nor less: 40 s. */
const failed: FailedAttempt = {
  now: NOW,
  tries: 2,
  policy: DEFAULT_RETRY_POLICY,
  response: { status: 500, retryAfter: undefined },
  random: () => 0.5,
}

const delayAfter = (change: Partial<FailedAttempt>) => {
  const next = nextAttempt({ ...failed, ...change })
  return 'giveUp' in next ? next.giveUp : next.delayMs
}

const anyTries = fc.integer({ min: 1, max: 150 })
const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the default policy', () => {
  it('makes ten attempts over 2.6 days', () => {
    const delays = Array.from({ length: 9 }, (_, i) => plannedDelay(DEFAULT_RETRY_POLICY, i + 1)!)
    expect(delays.map((delay) => delay / SECOND)).toEqual([
      10, 40, 160, 640, 2560, 10240, 40960, 86400, 86400,
    ])
    expect(delays.reduce((sum, delay) => sum + delay) / DAY).toBeCloseTo(2.63, 2)
    expect(delayAfter({ tries: 9 })).toBe(DAY)
    expect(delayAfter({ tries: 10 })).toBe('attempts_exhausted')
  })
})

describe('a schedule', () => {
  it('of n delays makes n + 1 attempts', () => {
    const policy: RetryPolicy = { kind: 'schedule', delaysSeconds: [0.05, 300], jitter: 0 }
    expect([1, 2, 3].map((tries) => delayAfter({ policy, tries }))).toEqual([
      50,
      5 * MINUTE,
      'attempts_exhausted',
    ])
  })

  it('of none never retries', () => {
    const policy: RetryPolicy = { kind: 'schedule', delaysSeconds: [], jitter: 0 }
    expect(delayAfter({ policy, tries: 1 })).toBe('attempts_exhausted')
  })
})

describe('Retry-After', () => {
  it.each([429, 503])('is honoured on %i', (status) => {
    expect(delayAfter({ response: { status, retryAfter: '3600' } })).toBe(HOUR)
    expect(delayAfter({ response: { status, retryAfter: new Date(NOW + HOUR).toUTCString() } })).toBe(HOUR)
  })

  it.each([200, 301, 404, 500, 502])('is ignored on %i', (status) => {
    expect(delayAfter({ response: { status, retryAfter: '3600' } })).toBe(40 * SECOND)
  })

  it('never shortens the delay of the policy', () => {
    expect(delayAfter({ response: { status: 503, retryAfter: '0' } })).toBe(40 * SECOND)
    expect(delayAfter({ response: { status: 503, retryAfter: 'Sun, 06 Nov 1994 08:49:37 GMT' } })).toBe(
      40 * SECOND,
    )
  })

  it('never holds a delivery for more than a day', () => {
    expect(delayAfter({ response: { status: 503, retryAfter: '86401' } })).toBe(DAY)
    expect(delayAfter({ response: { status: 503, retryAfter: '9'.repeat(30) } })).toBe(DAY)
  })

  it.each(['-1', '1e99', 'junk', ''])('changes nothing when it reads %j', (retryAfter) => {
    expect(delayAfter({ response: { status: 429, retryAfter } })).toBe(40 * SECOND)
  })

  it('does not revive a delivery whose attempts are used up', () => {
    expect(delayAfter({ tries: 10, response: { status: 503, retryAfter: '1' } })).toBe('attempts_exhausted')
  })
})

describe('every policy', () => {
  it('keeps within its jitter when no answer came', () => {
    fc.assert(
      fc.property(anyPolicy, anyTries, anyChance, (policy, tries, chance) => {
        const planned = plannedDelay(policy, tries)
        const next = nextAttempt({ ...failed, policy, tries, response: null, random: () => chance })
        if (planned === null) {
          expect(next).toEqual({ giveUp: 'attempts_exhausted' })
          return
        }
        const { delayMs, retryAt } = next as { delayMs: number; retryAt: number }
        expect(retryAt).toBe(NOW + delayMs)
        expect(delayMs).toBeGreaterThanOrEqual(Math.round(planned * (1 - policy.jitter)) - 1)
        expect(delayMs).toBeLessThanOrEqual(Math.round(planned * (1 + policy.jitter)) + 1)
      }),
    )
  })

  it('uses all of its jitter', () => {
    expect(delayAfter({ random: () => 0 })).toBe(32 * SECOND)
    expect(delayAfter({ random: () => 1 - Number.EPSILON })).toBe(48 * SECOND)
  })

  it('gives a whole, non-negative and bounded delay whatever a receiver asks', () => {
    const anyAnswer = fc.record({
      status: fc.constantFrom(429, 503, 500, 0, 999),
      retryAfter: fc.oneof(fc.string(), fc.integer().map(String), fc.bigInt().map(String)),
    })
    fc.assert(
      fc.property(anyPolicy, anyTries, anyChance, anyAnswer, (policy, tries, chance, response) => {
        const next = nextAttempt({ ...failed, policy, tries, response, random: () => chance })
        if ('giveUp' in next) return
        const longest = Math.max(plannedDelay(policy, tries)! * (1 + policy.jitter) + 1, MAX_RETRY_AFTER)
        expect(Number.isSafeInteger(next.delayMs)).toBe(true)
        expect(next.delayMs).toBeGreaterThanOrEqual(0)
        expect(next.delayMs).toBeLessThanOrEqual(longest)
      }),
    )
  })

  it('makes exactly as many attempts as it says', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        let tries = 1
        while (!('giveUp' in nextAttempt({ ...failed, policy, tries }))) tries++
        expect(tries).toBe(policy.kind === 'schedule' ? policy.delaysSeconds.length + 1 : policy.maxAttempts)
      }),
    )
  })

  it('that is exponential never comes back sooner than before, and keeps to its cap', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        fc.pre(policy.kind === 'exponential')
        let last = 0
        for (let tries = 1; tries < policy.maxAttempts; tries++) {
          const delay = plannedDelay(policy, tries)!
          expect(delay).toBeGreaterThanOrEqual(last)
          expect(delay).toBeLessThanOrEqual(policy.maxDelaySeconds * SECOND)
          last = delay
        }
      }),
    )
  })
})
