import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY } from '../../src/duration.ts'
import { nextAttempt } from '../../src/retry/next-attempt.ts'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../src/retry/policy.ts'
import { retryWindow } from '../../src/retry/window.ts'

it('is a little more than the whole schedule: of the default policy not quite four days', () => {
  expect(retryWindow(DEFAULT_RETRY_POLICY)).toBeGreaterThan(2.6 * DAY)
  expect(retryWindow(DEFAULT_RETRY_POLICY)).toBeLessThan(4 * DAY)
})

it('never ends before a delivery that does what its policy says, however its chance falls', () => {
  const policies: fc.Arbitrary<RetryPolicy> = fc.oneof(
    fc.record({
      kind: fc.constant('exponential' as const),
      baseSeconds: fc.double({ min: 0, max: 86_400, noNaN: true }),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      maxDelaySeconds: fc.double({ min: 0, max: 604_800, noNaN: true }),
      maxAttempts: fc.integer({ min: 1, max: 100 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('schedule' as const),
      delaysSeconds: fc.array(fc.double({ min: 0, max: 604_800, noNaN: true }), { maxLength: 100 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  )
  fc.assert(
    fc.property(
      policies,
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      (policy, chance) => {
        let elapsed = 0
        for (let tries = 1; ; tries++) {
          // The longest timeout of an endpoint.
          elapsed += 30_000
          expect(elapsed).toBeLessThanOrEqual(retryWindow(policy))
          const next = nextAttempt({
            now: 0,
            tries,
            policy,
            response: null,
            random: () => chance.next().value,
          })
          if ('giveUp' in next) return
          elapsed += next.delayMs
        }
      },
    ),
    { numRuns: 300 },
  )
})
