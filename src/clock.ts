/** Time, passed in: nothing in a rule reads the wall clock by itself. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** Chance, passed in: a number in [0, 1), as `Math.random` gives. */
export type Random = () => number
