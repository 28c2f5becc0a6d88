/** When what breaks: drawn before anything starts, so that a seed names a run. */
import type { Random } from '../../src/clock.ts'
import { pick } from './chance.ts'
import type { FaultName } from './faults.ts'

/** One fault to come. */
export interface Planned {
  name: FaultName
  /** It comes when so many events have been accepted. */
  afterEvents: number
}

/**
 * Plans faults for a run, at random but spread over all of it: each falls somewhere in its own equal part, so that there
 * is load before, between and after them.
 */
export function planFaults(
  random: Random,
  options: { kills: number; events: number; faults: readonly FaultName[] },
): Planned[] {
  const part = options.events / (options.kills + 1)
  return Array.from({ length: options.kills }, (_, i) => ({
    name: pick(random, options.faults),
    afterEvents: Math.round(part * (i + 0.5 + random())),
  }))
}
