import type { Random } from '../../src/clock.ts'

/**
 * Chance that can be repeated: the same seed gives the same numbers, from 0 up to 1.
 * Source: mulberry32 by Tommy Ettinger, public domain; it passes gjrand's tests, which is plenty for a plan of faults.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of them, each as likely. */
export const pick = <T>(random: Random, choices: readonly T[]): T =>
  choices[Math.floor(random() * choices.length)]!
