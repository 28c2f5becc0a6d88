import { describe, expect, it } from 'vitest'
import { RingbackError } from '../../src/client/error.ts'
import type { Operation } from '../../src/client/operation.ts'
import { backoffMs, delayBefore } from '../../src/client/retry.ts'

const emit: Operation = { method: 'POST', path: '/', keyed: true }
const policy = (random: number) => ({ retries: 20, retryDelayMs: 500, random: () => random })
const answered = (status: number, retryAfterMs?: number) =>
  new RingbackError(`http_${status}`, 'no', { status, retryAfterMs })

describe('the delay before another try', () => {
  it('doubles from 500 ms to 10 s, and half of it is chance', () => {
    const at = (random: number) =>
      [1, 2, 3, 4, 5, 6, 7].map((failures) => backoffMs(failures, policy(random)))
    expect(at(1)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    expect(at(0)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000])
  })

  it('is what the server asks for, where that is longer', () => {
    expect(delayBefore(emit, answered(503, 7_000), 1, policy(1))).toBe(7_000)
    expect(delayBefore(emit, answered(429, 100), 1, policy(1))).toBe(500)
  })

  it('is none where the server asks for more than a minute', () => {
    expect(delayBefore(emit, answered(429, 60_000), 1, policy(1))).toBe(60_000)
    expect(delayBefore(emit, answered(429, 60_001), 1, policy(1))).toBeUndefined()
  })

  it('is none after the last try', () => {
    expect(delayBefore(emit, answered(500), 20, policy(1))).toBeDefined()
    expect(delayBefore(emit, answered(500), 21, policy(1))).toBeUndefined()
  })
})

describe('another try is made', () => {
  const isMade = (operation: Operation, error: RingbackError) =>
    delayBefore(operation, error, 1, policy(1)) !== undefined
  const lost = new RingbackError('network_error', 'gone')
  const bare: Operation = { method: 'POST', path: '/' }

  it('of everything that does no harm when it is done twice', () => {
    for (const error of [lost, new RingbackError('timeout', 'late'), answered(500), answered(502)]) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const)
        expect(isMade({ method, path: '/' }, error), `${method} ${error.code}`).toBe(true)
      expect(isMade(emit, error), error.code).toBe(true)
      expect(isMade(bare, error), error.code).toBe(false)
    }
  })

  it('of everything, where the answer says that nothing was done', () => {
    expect(isMade(bare, answered(429))).toBe(true)
    expect(isMade(bare, answered(503))).toBe(true)
  })

  it('while the first of the same key is still under way', () => {
    expect(isMade(emit, new RingbackError('idempotency_in_progress', 'wait', { status: 409 }))).toBe(true)
    expect(isMade(emit, new RingbackError('recovery_finished', 'no', { status: 409 }))).toBe(false)
  })

  it('of nothing that was refused for what it is', () => {
    for (const status of [400, 401, 403, 404, 413, 415, 422])
      expect(isMade(emit, answered(status)), `${status}`).toBe(false)
    expect(isMade(emit, new RingbackError('schema_violation', 'no'))).toBe(false)
  })
})
