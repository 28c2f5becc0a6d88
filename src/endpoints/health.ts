/**
 * The health of an endpoint: when it counts as failing, when its circuit opens, when it is probed, and when it is switched
 * off. One pure rule, time and chance passed in; `docs/states.md` draws it.
 */
import type { Random } from '../clock.ts'
import { DAY, MINUTE, SECOND } from '../duration.ts'

/** What is remembered of an endpoint. */
export interface Health {
  /** The first failure since the last success; null while all is well. */
  failingSince: Date | null
  /** Failed attempts since then. */
  failedAttempts: number
  /** Null while the circuit is closed. */
  circuit: Circuit | null
}

/** An open circuit: what waits is held, and one delivery at a time is let through to probe. */
export interface Circuit {
  openedAt: Date
  /** Probes that failed. */
  probes: number
  /** When the next one is due. */
  probeAt: Date
}

/** How a circuit stands. `half_open`: it is open, and a probe is under way. */
export const CIRCUIT_STATES = ['closed', 'open', 'half_open'] as const
export type CircuitState = (typeof CIRCUIT_STATES)[number]

/**
 * @param openedAt null: it is not open
 * @param probe the delivery that probes, if one does
 */
export function circuitState(openedAt: Date | null, probe: string | null): CircuitState {
  if (!openedAt) return 'closed'
  return probe ? 'half_open' : 'open'
}

/** How an attempt ended. `gone`: the receiver answered 410. */
export type HealthOutcome = 'success' | 'failure' | 'gone'

/** An attempt, as far as its endpoint's health goes. */
export interface JudgedAttempt {
  outcome: HealthOutcome
  endedAt: Date
  /** Whether it was let through an open circuit to probe. What was under way when it opened is no probe. */
  isProbe: boolean
}

/** What an attempt says of its endpoint. */
export type HealthVerdict =
  /** It was well and is well: nothing to write. */
  | { kind: 'unchanged' }
  /** The streak is over, and the circuit closed. */
  | { kind: 'recovered'; circuitCloses: boolean }
  /** The streak begins or goes on. */
  | FailingVerdict
  | { kind: 'disable'; reason: 'gone' | 'failing' }

/** A streak of failures after one more. */
export interface FailingVerdict extends Health {
  kind: 'failing'
  failingSince: Date
  status: 'active' | 'failing'
  circuitOpens: boolean
}

/** Fewer failures in a row are a restart or a blip, and not worth a warning. */
export const SHOWN_FROM_ATTEMPTS = 5

/** Fewer could be one delivery's schedule, or a deployment; each costs an attempt of its delivery. */
const OPENS_FROM_ATTEMPTS = 30
/** A restart of the receiver's must not open it, however many events it met. */
const OPENS_AFTER = 30 * SECOND

/** The first probe comes soon, for a receiver that was only restarted. */
const FIRST_PROBE = 10 * SECOND
/** A receiver that is back waits no longer than this for its callbacks. */
const LONGEST_PROBE_INTERVAL = 5 * MINUTE
/** So that the probes of endpoints which failed together do not come together. */
const PROBE_JITTER = 0.2

/**
 * Long enough for a holiday weekend with a day to react on either side; past it, what is sent is sent to nobody. Also
 * nearly twice the whole schedule of the default retry policy.
 */
const DISABLED_AFTER = 5 * DAY
/**
 * An endpoint that gets an event a week would be switched off after two failures without it: at least as many attempts as
 * one delivery has by default. They lie well over twelve hours apart, since the first and the last lie five days apart.
 */
const DISABLED_FROM_ATTEMPTS = 10

/**
 * Judges one attempt.
 * @param health as it stands before the attempt is counted
 */
export function judgeHealth(health: Health, attempt: JudgedAttempt, random: Random): HealthVerdict {
  if (attempt.outcome === 'gone') return { kind: 'disable', reason: 'gone' }
  if (attempt.outcome === 'success')
    return isWell(health)
      ? { kind: 'unchanged' }
      : { kind: 'recovered', circuitCloses: health.circuit !== null }

  const failingSince = health.failingSince ?? attempt.endedAt
  const failedAttempts = health.failedAttempts + 1
  const lasted = attempt.endedAt.getTime() - failingSince.getTime()
  if (lasted >= DISABLED_AFTER && failedAttempts >= DISABLED_FROM_ATTEMPTS)
    return { kind: 'disable', reason: 'failing' }

  const circuitOpens = !health.circuit && failedAttempts >= OPENS_FROM_ATTEMPTS && lasted >= OPENS_AFTER
  return {
    kind: 'failing',
    failingSince,
    failedAttempts,
    status: failedAttempts >= SHOWN_FROM_ATTEMPTS ? 'failing' : 'active',
    circuit: circuitOpens
      ? opened(attempt.endedAt, random)
      : health.circuit && probed(health.circuit, attempt, random),
    circuitOpens,
  }
}

const isWell = (health: Health) =>
  health.failingSince === null && health.failedAttempts === 0 && !health.circuit

const opened = (now: Date, random: Random): Circuit => ({
  openedAt: now,
  probes: 0,
  probeAt: probeAfter(now, 0, random),
})

function probed(circuit: Circuit, { isProbe, endedAt }: JudgedAttempt, random: Random): Circuit {
  if (!isProbe) return circuit
  const probes = circuit.probes + 1
  return { ...circuit, probes, probeAt: probeAfter(endedAt, probes, random) }
}

function probeAfter(now: Date, probes: number, random: Random): Date {
  const planned = Math.min(FIRST_PROBE * 2 ** Math.min(probes, 20), LONGEST_PROBE_INTERVAL)
  return new Date(now.getTime() + planned * (1 + PROBE_JITTER * (2 * random() - 1)))
}

/** The time in which an endpoint's places double after it was let go on: a receiver that is just back is not overrun. */
const RAMP_STEP = 2 * SECOND

/**
 * How many attempts at once an endpoint may have: one when it is let go on, then twice as many with every step.
 * @param most when all is well
 * @param resumedAgoMs how long ago it was let go on; null: never
 */
export function rampedPlaces(most: number, resumedAgoMs: number | null): number {
  if (resumedAgoMs === null) return most
  const steps = Math.floor(Math.max(0, resumedAgoMs) / RAMP_STEP)
  return Math.min(most, 2 ** Math.min(steps, 30))
}
