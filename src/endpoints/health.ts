/** When an endpoint counts as failing, and when it is switched off for it: one pure rule, the time passed in. */
import { DAY } from '../duration.ts'

/** What is remembered of an endpoint: its streak of failures. */
export interface Streak {
  /** The first failure since the last success; null while all is well. */
  failingSince: Date | null
  /** Failed attempts since then. */
  failedAttempts: number
}

/** How an attempt ended. `gone`: the receiver answered 410. */
export type HealthOutcome = 'success' | 'failure' | 'gone'

/** What an attempt says of its endpoint. */
export type HealthVerdict =
  /** It was well and is well: nothing to write. */
  | { kind: 'unchanged' }
  /** The streak is over. */
  | { kind: 'recovered' }
  /** The streak begins or goes on. */
  | { kind: 'failing'; failingSince: Date; failedAttempts: number; status: 'active' | 'failing' }
  | { kind: 'disable'; reason: 'gone' | 'failing' }

/** Fewer failures in a row are a restart or a blip, and not worth a warning. */
const SHOWN_FROM_ATTEMPTS = 5

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
 * @param streak as it stands before the attempt
 * @param now when the attempt ended
 */
export function judgeHealth(streak: Streak, outcome: HealthOutcome, now: Date): HealthVerdict {
  if (outcome === 'gone') return { kind: 'disable', reason: 'gone' }
  if (outcome === 'success') return isWell(streak) ? { kind: 'unchanged' } : { kind: 'recovered' }

  const failingSince = streak.failingSince ?? now
  const failedAttempts = streak.failedAttempts + 1
  const lasted = now.getTime() - failingSince.getTime()
  if (lasted >= DISABLED_AFTER && failedAttempts >= DISABLED_FROM_ATTEMPTS) {
    return { kind: 'disable', reason: 'failing' }
  }
  const status = failedAttempts >= SHOWN_FROM_ATTEMPTS ? 'failing' : 'active'
  return { kind: 'failing', failingSince, failedAttempts, status }
}

const isWell = (streak: Streak) => streak.failingSince === null && streak.failedAttempts === 0
