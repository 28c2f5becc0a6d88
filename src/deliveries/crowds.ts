/**
 * Crowds: very many first attempts for one endpoint at once. The queue is worked in the order of coming, and whoever comes
 * after a crowd would wait until all of it was looked at, even if its endpoint answers nothing. So only so many of an
 * endpoint's alarms stand in line with the others; the rest stand behind everybody, in turns of as many.
 */
import type { Clock } from '../clock.ts'
import type { Id } from '../ids.ts'

/** Says where the next alarm of an endpoint stands: 0 in line, a larger number behind all that have a smaller. */
export type StandingOf = (endpointId: Id<'endpoint'>) => number

/** Alarms of one endpoint that stand together: what a quick endpoint works off in some hundred milliseconds. */
const TURN = 100

/** How quickly a crowd is forgotten: less than workers look at and put back. An endpoint that gets fewer never stands behind. */
const PER_SECOND = 1_000

/** A crowd beyond that is not remembered longer for it. */
const MOST = 20_000

/** How many endpoints are remembered. */
const REMEMBERED = 10_000

/** Of this process alone: what others accept for the same endpoint at the same time, they count. */
export function createCrowds({ clock }: { clock: Clock }): StandingOf {
  /** Those counted last at the end. */
  const crowds = new Map<Id<'endpoint'>, { size: number; at: number }>()

  return (endpointId) => {
    const now = clock.now()
    const before = crowds.get(endpointId)
    const left = before ? Math.max(0, before.size - ((now - before.at) / 1_000) * PER_SECOND) : 0
    crowds.delete(endpointId)
    crowds.set(endpointId, { size: Math.min(MOST, left + 1), at: now })
    if (crowds.size > REMEMBERED) crowds.delete(crowds.keys().next().value!)
    return Math.floor(left / TURN)
  }
}
