/** Where the axis of a chart says the time: at round moments of the viewer's zone. */
import type { Stats } from '../api/shapes.ts'

const MINUTE = 60_000

/** From one mark to the next: six of them in a window, or seven. */
const STEPS: Record<Stats['window'], number> = {
  '1h': 10 * MINUTE,
  '24h': 4 * 60 * MINUTE,
  '7d': 24 * 60 * MINUTE,
  '30d': 5 * 24 * 60 * MINUTE,
}

/** The buckets that are marked. @param offsetOf by how many minutes UTC is ahead of the zone at a moment */
export function ticksOf(
  {
    window,
    bucketSeconds,
    buckets,
  }: Pick<Stats, 'window' | 'bucketSeconds'> & { buckets: readonly { at: string }[] },
  offsetOf: (at: Date) => number,
): string[] {
  const stepAt = (ms: number) => Math.floor((ms - offsetOf(new Date(ms)) * MINUTE) / STEPS[window])
  return buckets.flatMap(({ at }) => {
    const ms = Date.parse(at)
    return stepAt(ms) === stepAt(ms - bucketSeconds * 1_000) ? [] : [at]
  })
}
