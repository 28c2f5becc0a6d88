/** Whether the model foretells what a bench measures on the same machine. */
import type { MeasuredCosts } from './inputs.ts'
import { peakOfMachine } from './model.ts'

/** How far off it may be. */
export const TOLERANCE = 0.25

/** What was foretold, what came, and whether that is near enough. */
export interface Checked {
  predicted: number
  measured: number
  /** From -1 up; 0 is exact. */
  off: number
  holds: boolean
}

/**
 * @param bench what `npm run bench -- --json FILE` wrote
 * @throws Error when it holds no figure of the costs' backend
 */
export function checkPrediction(costs: MeasuredCosts, bench: unknown): Checked {
  const figures = (bench as Record<string, { singlePerSecond?: number } | undefined>)[costs.backend]
  const measured = figures?.singlePerSecond
  if (!measured)
    throw new Error(
      `The bench holds no ${costs.backend}.singlePerSecond: it is of a scenario, or of another backend.`,
    )
  const predicted = peakOfMachine(costs)
  const off = predicted / measured - 1
  return { predicted, measured, off, holds: Math.abs(off) <= TOLERANCE }
}
