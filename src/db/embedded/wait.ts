/** Waiting for what other processes do, which nobody tells us of. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Short beside a start of half a second, and too long to be felt by the processor. */
const PAUSE = 10

/**
 * Looks until it holds, or patience ends.
 * @param patience milliseconds
 * @returns whether it holds
 */
export async function waitUntil(holds: () => Promise<boolean>, patience: number): Promise<boolean> {
  const deadline = performance.now() + patience
  while (!(await holds())) {
    if (performance.now() > deadline) return false
    await sleep(PAUSE)
  }
  return true
}
