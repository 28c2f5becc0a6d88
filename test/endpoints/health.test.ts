import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../src/duration.ts'
import {
  type HealthOutcome,
  type HealthVerdict,
  judgeHealth,
  type Streak,
} from '../../src/endpoints/health.ts'

const START = Date.parse('2026-03-01T00:00:00.000Z')
const WELL: Streak = { failingSince: null, failedAttempts: 0 }

interface Attempt {
  outcome: HealthOutcome
  /** Since the attempt before, in milliseconds. */
  after: number
}

/** Runs attempts on a virtual clock, as the settlement does, until the endpoint is off. */
function run(attempts: readonly Attempt[]): HealthVerdict[] {
  let now = START
  let streak = WELL
  const verdicts: HealthVerdict[] = []
  for (const { outcome, after } of attempts) {
    now += after
    const verdict = judgeHealth(streak, outcome, new Date(now))
    verdicts.push(verdict)
    if (verdict.kind === 'disable') break
    if (verdict.kind === 'failing') streak = verdict
    if (verdict.kind === 'recovered') streak = WELL
  }
  return verdicts
}

const failures = (count: number, after: number): Attempt[] =>
  Array.from({ length: count }, () => ({ outcome: 'failure', after }))

const attempt = (outcome: fc.Arbitrary<HealthOutcome>) =>
  fc.record({ outcome, after: fc.integer({ min: 0, max: 2 * DAY }) })
const anyAttempts = fc.array(
  attempt(fc.constantFrom<HealthOutcome>('success', 'failure', 'failure', 'failure', 'gone')),
  { maxLength: 60 },
)

/** The streak that the last of these attempts ends, counted afresh from the log. */
function streakOf(attempts: readonly Attempt[]) {
  const lastSuccess = attempts.findLastIndex(({ outcome }) => outcome === 'success')
  const streak = attempts.slice(lastSuccess + 1)
  return {
    length: streak.length,
    lasted: streak.slice(1).reduce((sum, { after }) => sum + after, 0),
  }
}

describe('the health of an endpoint', () => {
  it('is not touched by successes while all is well', () => {
    expect(judgeHealth(WELL, 'success', new Date(START))).toEqual({ kind: 'unchanged' })
  })

  it('is over at once after a 410', () => {
    expect(judgeHealth(WELL, 'gone', new Date(START))).toEqual({ kind: 'disable', reason: 'gone' })
  })

  it('starts a streak with the first failure, and shows it from the fifth', () => {
    const verdicts = run(failures(6, 1_000))
    expect(verdicts[0]).toEqual({
      kind: 'failing',
      failingSince: new Date(START + 1_000),
      failedAttempts: 1,
      status: 'active',
    })
    expect(verdicts.map((verdict) => verdict.kind === 'failing' && verdict.status)).toEqual([
      ...Array(4).fill('active'),
      ...Array(2).fill('failing'),
    ])
  })

  it('recovers with one success, and counts from new after it', () => {
    const verdicts = run([
      ...failures(6, HOUR),
      { outcome: 'success', after: HOUR },
      { outcome: 'success', after: HOUR },
      { outcome: 'failure', after: HOUR },
    ])
    expect(verdicts.slice(-3)).toEqual([
      { kind: 'recovered' },
      { kind: 'unchanged' },
      { kind: 'failing', failingSince: new Date(START + 9 * HOUR), failedAttempts: 1, status: 'active' },
    ])
  })

  it('is given up after five days, to the millisecond, and ten attempts', () => {
    const nine = failures(9, HOUR)
    const day5 = (early: number) => ({ outcome: 'failure' as const, after: 5 * DAY - 8 * HOUR - early })
    expect(run([...nine, day5(0)]).at(-1)).toEqual({ kind: 'disable', reason: 'failing' })
    expect(run([...nine, day5(1)]).at(-1)).toMatchObject({ kind: 'failing', failedAttempts: 10 })
  })

  it('is not given up for few failures however far apart, nor for many within hours', () => {
    expect(run(failures(9, 30 * DAY)).at(-1)).toMatchObject({ kind: 'failing' })
    expect(run(failures(5_000, 1_000)).at(-1)).toMatchObject({ kind: 'failing' })
  })

  it('is given up exactly when the log says so, whatever happened', () => {
    fc.assert(
      fc.property(anyAttempts, (attempts) => {
        const verdicts = run(attempts)
        verdicts.forEach((verdict, i) => {
          const log = attempts.slice(0, i + 1)
          const { length, lasted } = streakOf(log)
          const dead = length >= 10 && lasted >= 5 * DAY
          const isGone = log.at(-1)!.outcome === 'gone'
          const expected = isGone ? 'gone' : dead ? 'failing' : null
          expect(verdict.kind === 'disable' ? verdict.reason : null).toBe(expected)
          if (verdict.kind === 'failing') expect(verdict.failedAttempts).toBe(length)
        })
      }),
    )
  })
})
