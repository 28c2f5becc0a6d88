/**
 * Taking turns: long reckoning beside which the process stays answerable.
 *
 * All of it together gets a slice of each turn of the event loop. Who has more to do waits in line, and the one that has
 * waited longest goes on in the next turn, after what came in meanwhile: ten long ones hold others up no more than one.
 */

/** Reckoning that can be interrupted wherever it yields, which it does before each piece that takes long. */
export type Work<T> = Generator<void, T, void>

/** How long a turn may be reckoned in, in milliseconds. */
const SLICE_MS = 10

const waiting: (() => void)[] = []
/** When the slice of this turn is used up, in milliseconds; undefined: nobody has begun with it. */
let endsAt: number | undefined

/**
 * Does a work, interrupted where it yields and its slice is used up. A work that never yields is done at once.
 * @returns what the work returns
 */
export async function inTurns<T>(work: Work<T>): Promise<T> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value
    if (isUsedUp()) await new Promise<void>((resume) => waiting.push(resume))
  }
}

function isUsedUp(): boolean {
  endsAt ??= beginSlice()
  return performance.now() >= endsAt
}

function beginSlice(): number {
  setImmediate(nextTurn)
  return performance.now() + SLICE_MS
}

function nextTurn(): void {
  const resume = waiting.shift()
  endsAt = resume && beginSlice()
  resume?.()
}
