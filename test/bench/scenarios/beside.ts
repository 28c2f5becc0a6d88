/** Measuring one thing alone and beside a trouble, in turns, so that what slows the machine for a while slows both. */
import { setTimeout as pause } from 'node:timers/promises'

/** One round. */
export interface Pair<T> {
  alone: T
  beside: T
}

/** For what is still under way to come to its end. */
const CALM_MS = 1_500

/**
 * @param trouble begins it; @returns what ends it
 */
export async function inTurns<T>(options: {
  rounds: number
  measure: () => Promise<T>
  trouble: (round: number) => Promise<() => Promise<void>>
  onPair?: (pair: Pair<T>, round: number) => void
}): Promise<Pair<T>[]> {
  const pairs: Pair<T>[] = []
  for (let round = 0; round < options.rounds; round++) {
    const alone = await options.measure()
    const end = await options.trouble(round)
    const beside = await options.measure()
    await end()
    await pause(CALM_MS)
    const pair = { alone, beside }
    pairs.push(pair)
    options.onPair?.(pair, round)
  }
  return pairs
}
