import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, SECOND } from '../../src/duration.ts'
import {
  type Health,
  type HealthOutcome,
  type HealthVerdict,
  type JudgedAttempt,
  judgeHealth,
  rampedPlaces,
} from '../../src/endpoints/health.ts'

const START = Date.parse('2026-03-01T00:00:00.000Z')
const WELL: Health = { failingSince: null, failedAttempts: 0, circuit: null }
/** In the middle of the jitter. */
const even = () => 0.5
const ended = (outcome: HealthOutcome, at: number): JudgedAttempt => ({
  outcome,
  endedAt: new Date(at),
  isProbe: true,
})

interface Attempt {
  outcome: HealthOutcome
  /** Since the attempt before, in milliseconds. */
  after: number
}

/** Runs attempts on a virtual clock, as the settlement does, until the endpoint is off. */
function run(attempts: readonly Attempt[]): HealthVerdict[] {
  let now = START
  let health = WELL
  const verdicts: HealthVerdict[] = []
  for (const { outcome, after } of attempts) {
    now += after
    const verdict = judgeHealth(health, ended(outcome, now), even)
    verdicts.push(verdict)
    if (verdict.kind === 'disable') break
    if (verdict.kind === 'failing') health = verdict
    if (verdict.kind === 'recovered') health = WELL
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
    expect(judgeHealth(WELL, ended('success', START), even)).toEqual({ kind: 'unchanged' })
  })

  it('is over at once after a 410', () => {
    expect(judgeHealth(WELL, ended('gone', START), even)).toEqual({ kind: 'disable', reason: 'gone' })
  })

  it('starts a streak with the first failure, and shows it from the fifth', () => {
    const verdicts = run(failures(6, 1_000))
    expect(verdicts[0]).toEqual({
      kind: 'failing',
      failingSince: new Date(START + 1_000),
      failedAttempts: 1,
      status: 'active',
      circuit: null,
      circuitOpens: false,
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
      { kind: 'recovered', circuitCloses: false },
      { kind: 'unchanged' },
      expect.objectContaining({
        kind: 'failing',
        failingSince: new Date(START + 9 * HOUR),
        failedAttempts: 1,
      }),
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

describe('the circuit of an endpoint', () => {
  const opens = (verdict: HealthVerdict) => verdict.kind === 'failing' && verdict.circuitOpens
  const circuitOf = (verdict: HealthVerdict | undefined) =>
    verdict?.kind === 'failing' ? verdict.circuit : null

  it('opens once, at thirty failures in a row that lie thirty seconds apart or more', () => {
    const verdicts = run(failures(40, 2 * SECOND))
    expect(verdicts.findIndex(opens)).toBe(29)
    expect(verdicts.filter(opens)).toHaveLength(1)
    expect(run(failures(1_000, 20)).some(opens)).toBe(false)
    expect(run(failures(29, HOUR)).some(opens)).toBe(false)
  })

  it('is probed at growing intervals of ten seconds to five minutes', () => {
    let health: Health = WELL
    let now = START
    const intervals: number[] = []
    for (let i = 0; i < 45; i++) {
      now += 2 * SECOND
      const verdict = judgeHealth(health, ended('failure', now), even)
      if (verdict.kind !== 'failing') throw new Error(verdict.kind)
      health = verdict
      if (verdict.circuit) {
        intervals.push((verdict.circuit.probeAt.getTime() - now) / SECOND)
        now = verdict.circuit.probeAt.getTime()
      }
    }
    expect(intervals.slice(0, 7)).toEqual([10, 20, 40, 80, 160, 300, 300])
    expect(Math.max(...intervals)).toBe(300)
  })

  it('spreads its probes by chance, a fifth to either side', () => {
    const probeIn = (chance: number) => {
      const open: Health = {
        failingSince: new Date(START),
        failedAttempts: 50,
        circuit: { openedAt: new Date(START), probes: 0, probeAt: new Date(START) },
      }
      const verdict = judgeHealth(open, ended('failure', START + 1), () => chance)
      return circuitOf(verdict)!.probeAt.getTime() - (START + 1)
    }
    expect([probeIn(0), probeIn(0.5), probeIn(1)].map(Math.round)).toEqual([16_000, 20_000, 24_000])
  })

  it('does not count what was under way when it opened, or slipped through just after, as a probe', () => {
    const circuit = { openedAt: new Date(START), probes: 2, probeAt: new Date(START + 40_000) }
    const late: JudgedAttempt = { outcome: 'failure', endedAt: new Date(START + 9_000), isProbe: false }
    const verdict = judgeHealth(
      { failingSince: new Date(START - HOUR), failedAttempts: 50, circuit },
      late,
      even,
    )
    expect(circuitOf(verdict)).toEqual(circuit)
  })

  it('closes with one success', () => {
    const open = { openedAt: new Date(START), probes: 2, probeAt: new Date(START) }
    expect(
      judgeHealth(
        { failingSince: new Date(START), failedAttempts: 50, circuit: open },
        ended('success', START),
        even,
      ),
    ).toEqual({
      kind: 'recovered',
      circuitCloses: true,
    })
  })

  it('gives an endpoint that is back one place, and twice as many with each step, never more than it has', () => {
    const after = (ms: number) => rampedPlaces(10, ms)
    expect([0, 1_999, 2_000, 4_000, 6_000, 8_000, DAY].map(after)).toEqual([1, 1, 2, 4, 8, 10, 10])
    expect(rampedPlaces(10, null)).toBe(10)
    expect(rampedPlaces(1, DAY)).toBe(1)
    expect(after(-5_000)).toBe(1)
  })
})
