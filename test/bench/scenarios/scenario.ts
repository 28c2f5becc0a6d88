/** A scenario: one circumstance in which Ringback must hold its pace, and the figures that say whether it does. */
import type { Closing } from '../../../src/closing.ts'
import type { Backend } from '../report.ts'

export interface Scenario {
  /** Its name on the command line, and its key in JSON. */
  name: string
  /** What it shows, in a sentence. */
  shows: string
  run(bench: Bench): Promise<ScenarioFigure[]>
}

/** What a scenario has to work with. */
export interface Bench {
  backend: Backend
  extent: Extent
  /** Closes what the scenario starts, at its end. */
  closing: Closing
  say(text: string): void
}

/** How much is measured. */
export interface Extent {
  name: 'quick' | 'usual' | 'full'
  rounds: number
  /** Of each measurement. */
  seconds: number
}

export const EXTENTS: Record<Extent['name'], Extent> = {
  quick: { name: 'quick', rounds: 1, seconds: 2 },
  usual: { name: 'usual', rounds: 3, seconds: 6 },
  full: { name: 'full', rounds: 5, seconds: 8 },
}

/** One figure over all rounds. */
export interface ScenarioFigure {
  /** Its name in JSON. */
  key: string
  says: string
  unit: 'ms' | 's' | 'µs' | 'x' | '/s' | 'MB' | 'B' | ''
  /** One of each round. */
  values: readonly number[]
  /** What is promised of the median. */
  atMost?: number
  atLeast?: number
}

/** A moderate load, for latency: where it is not at its limit, at which it would only tell how long the line is. */
export const MODERATE = 0.3
