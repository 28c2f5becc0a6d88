import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RingbackError } from '../../src/errors.ts'
import { DEFAULT_RETRY_POLICY, parseRetryPolicy } from '../../src/retry/policy.ts'
import { anyPolicy } from './arbitraries.ts'

describe('a retry policy', () => {
  it('is taken as it is when it keeps to its bounds', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        expect(parseRetryPolicy(policy)).toEqual(policy)
      }),
    )
  })

  it('takes what is left out from the default', () => {
    expect(parseRetryPolicy({ kind: 'exponential' })).toEqual(DEFAULT_RETRY_POLICY)
    expect(parseRetryPolicy({ kind: 'exponential', maxAttempts: 3 })).toEqual({
      ...DEFAULT_RETRY_POLICY,
      maxAttempts: 3,
    })
    expect(parseRetryPolicy({ kind: 'schedule', delaysSeconds: [0.05] })).toEqual({
      kind: 'schedule',
      delaysSeconds: [0.05],
      jitter: 0.2,
    })
  })

  it.each([
    ['', null],
    ['', [1, 2]],
    ['kind', {}],
    ['kind', { kind: 'linear' }],
    ['baseSeconds', { kind: 'exponential', baseSeconds: -1 }],
    ['baseSeconds', { kind: 'exponential', baseSeconds: '10' }],
    ['factor', { kind: 'exponential', factor: 0.5 }],
    ['factor', { kind: 'exponential', factor: Number.NaN }],
    ['maxDelaySeconds', { kind: 'exponential', maxDelaySeconds: Number.POSITIVE_INFINITY }],
    ['maxAttempts', { kind: 'exponential', maxAttempts: 0 }],
    ['maxAttempts', { kind: 'exponential', maxAttempts: 101 }],
    ['maxAttempts', { kind: 'exponential', maxAttempts: 2.5 }],
    ['jitter', { kind: 'exponential', jitter: 20 }],
    ['delaysSeconds', { kind: 'exponential', delaysSeconds: [1] }],
    ['delaysSeconds', { kind: 'schedule' }],
    ['delaysSeconds', { kind: 'schedule', delaysSeconds: Array(101).fill(1) }],
    ['delaysSeconds[1]', { kind: 'schedule', delaysSeconds: [1, null] }],
    ['delaysSeconds[0]', { kind: 'schedule', delaysSeconds: [7 * 86_400 + 1] }],
    ['factor', { kind: 'schedule', delaysSeconds: [], factor: 2 }],
  ])('is refused with a fault at %j: %j', (path, input) => {
    expect(() => parseRetryPolicy(input)).toThrow(
      expect.objectContaining({
        code: 'retry_invalid',
        faults: [expect.objectContaining({ path })],
      }),
    )
  })

  it('names every fault at once', () => {
    const input = { kind: 'exponential', factor: 99, jitter: -1, speed: 'fast' }
    expect(() => parseRetryPolicy(input)).toThrow(
      expect.objectContaining({
        faults: ['speed', 'factor', 'jitter'].map((path) => expect.objectContaining({ path })),
      }),
    )
  })

  it('is either taken or refused, whatever is sent', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        try {
          parseRetryPolicy(input)
        } catch (error) {
          expect(error).toBeInstanceOf(RingbackError)
        }
      }),
    )
  })
})
