/** Facts about the machine that change seldom: read at most once in so many milliseconds, on demand. */
import type { Clock } from '../clock.ts'

/** @returns gives what `read` gave last, and reads anew when that is older than `ms` */
export function heldFor<Fact>(ms: number, read: () => Fact, clock: Clock): () => Fact {
  let held: { fact: Fact; readAt: number } | undefined
  return () => {
    const now = clock.now() // which may be set back
    if (held === undefined || Math.abs(now - held.readAt) >= ms) held = { fact: read(), readAt: now }
    return held.fact
  }
}
