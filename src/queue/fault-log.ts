/** One line for a fault that repeats: a store that is away raises the same error many times a second. */
import type { Clock } from '../clock.ts'
import { SECOND } from '../duration.ts'
import type { Log } from '../telemetry/log.ts'

/** Notes a fault: `what` is what broke, in words; `error` is what was raised. */
export type FaultLog = (what: string, error: unknown) => void

/** Often enough to see that a fault lasts, seldom enough to read the rest of the log. */
const QUIET_MS = 10 * SECOND

/** Faults told apart at once; beyond it the oldest is forgotten, so that odd messages cannot fill the memory. */
const MOST_FAULTS = 100

/**
 * Logs the first of equal faults at once, then at most one per 10 seconds, with the number left out meanwhile. Two
 * faults are equal when they differ only in words with digits: ids, ports, times.
 */
export function createFaultLog(log: Log, clock: Clock): FaultLog {
  const seen = new Map<string, { quietUntil: number; leftOut: number }>()

  return (what, error) => {
    const message = error instanceof Error ? error.message : String(error)
    const key = `${what} ${message}`.replace(/\S*\d\S*/g, '#')
    const fault = seen.get(key)
    const now = clock.now()
    if (fault && now < fault.quietUntil) {
      fault.leftOut++
      return
    }
    log.error({ err: error, ...(fault?.leftOut ? { repeated: fault.leftOut } : {}) }, what)
    seen.delete(key)
    seen.set(key, { quietUntil: now + QUIET_MS, leftOut: 0 })
    if (seen.size > MOST_FAULTS) seen.delete(seen.keys().next().value!)
  }
}
