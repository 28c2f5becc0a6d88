/** Waiting for what only shows when asked: the API has no push. What a test's own receiver sees is waited for there. */
import { setTimeout as pause } from 'node:timers/promises'

/** Often enough that waiting costs a test nothing to speak of, seldom enough not to be the load. */
const LOOK_EVERY_MS = 25

/**
 * Looks until it is so.
 * @param what completes the sentence "waited for ..." when it never is
 * @param withinMs how long at most; generous, since a machine may be busy
 * @returns what was seen when it was so
 */
export async function until<T>(
  look: () => T | Promise<T>,
  isSo: (seen: T) => boolean,
  what: string,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    if (Date.now() > deadline)
      throw new Error(
        `Waited ${withinMs} ms for ${what}, in vain. Last seen: ${JSON.stringify(seen)?.slice(0, 1_000)}`,
      )
    await pause(LOOK_EVERY_MS)
  }
}
