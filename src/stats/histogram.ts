/**
 * Latencies counted by size. Each bucket ends a tenth above the one before it, so a percentile read from them is within
 * five per cent of the true one, and counts of minutes, hours and tenants can be added up.
 */

/** How much each bucket's end lies above that of the one before. */
export const GROWTH = 1.1

/** How many latencies lie in each bucket; bucket i holds those above 1.1^(i-1) and up to 1.1^i milliseconds. */
export type Histogram = Map<number, number>

/** The percentiles that are shown, in milliseconds; null where nothing was counted. */
export interface Percentiles {
  p50: number | null
  p95: number | null
  p99: number | null
}

export function percentilesOf(histogram: Histogram): Percentiles {
  const buckets = [...histogram].sort(([a], [b]) => a - b)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }

  function at(share: number): number | null {
    let seen = 0
    for (const [bucket, count] of buckets) {
      seen += count
      if (seen >= share * total) return middleOf(bucket)
    }
    return null
  }
}

const middleOf = (bucket: number) => Math.round(GROWTH ** Math.max(0, bucket - 0.5))
