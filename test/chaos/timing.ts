/** How long things took, as seen from outside. */
import type { Emitted } from './client.ts'
import { isTaken, type Line } from './receiver-log.ts'

/** In milliseconds; null when there is nothing to tell. */
export interface Timing {
  /** From the answer 202 to the first request. */
  pickUpP50: number | null
  pickUpP99: number | null
  pickUpMost: number | null
  /** The longest that no request came, between the first and the last. */
  longestSilence: number | null
  /** From the last fault to the last event's first success. */
  lastAfterLastFault: number | null
}

/** @param lastFaultAt in milliseconds since the epoch; null: there was none */
export function timingOf(
  accepted: readonly Pick<Emitted, 'id' | 'acceptedAt'>[],
  lines: readonly Line[],
  lastFaultAt: number | null,
): Timing {
  const firstRequest = firstTimes(lines)
  const pickUps = accepted
    .flatMap(({ id, acceptedAt }) => {
      const at = firstRequest.get(id)
      return at === undefined ? [] : [Math.max(0, at - acceptedAt)]
    })
    .sort((a, b) => a - b)
  const lastSuccess = Math.max(...firstTimes(lines.filter(isTaken)).values())
  return {
    pickUpP50: rank(pickUps, 0.5),
    pickUpP99: rank(pickUps, 0.99),
    pickUpMost: pickUps.at(-1) ?? null,
    longestSilence: longestGap(lines.map(({ at }) => at)),
    lastAfterLastFault:
      lastFaultAt === null || !Number.isFinite(lastSuccess) ? null : Math.max(0, lastSuccess - lastFaultAt),
  }
}

/** When each event first came. */
export function firstTimes(lines: readonly Line[]): Map<string, number> {
  const first = new Map<string, number>()
  for (const { id, at } of lines) if (at < (first.get(id) ?? Number.POSITIVE_INFINITY)) first.set(id, at)
  return first
}

/** The nearest rank of what is sorted; null of nothing. */
export const rank = (sorted: readonly number[], part: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null

function longestGap(times: readonly number[]): number | null {
  const sorted = times.toSorted((a, b) => a - b)
  if (sorted.length < 2) return null
  return sorted.slice(1).reduce((longest, at, i) => Math.max(longest, at - sorted[i]!), 0)
}
