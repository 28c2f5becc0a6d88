/** The arithmetic of the measurements. */

/** A clock that all processes of a machine share, which no one sets. */
export const milliseconds = (): number => Number(process.hrtime.bigint()) / 1e6

/** The value below which this part of them lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** What several rounds came to. */
export interface Figure {
  median: number
  least: number
  most: number
}

export function figure(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
  return { median, least: sorted[0]!, most: sorted.at(-1)! }
}
