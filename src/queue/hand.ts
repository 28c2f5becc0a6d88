/**
 * The hand of a consumer: how many jobs it may have. A job may carry much, of which some still waits for its place while
 * the rest is done; so what counts is the jobs of which something waits. Of those it has no more than its share, and
 * beside them all that have begun: one that goes on for long keeps no other out.
 */
export interface Hand {
  /** Takes a job in. */
  take(): {
    /** Nothing of it waits any more. */
    begun(): void
    end(): void
  }
}

/**
 * @param share the most jobs of which something waits
 * @param allow is told how many jobs there may be in all; `look`: nothing else will have the consumer look for one more
 */
export function createHand(share: number, allow: (most: number, look: boolean) => void): Hand {
  let taken = 0
  let begun = 0
  /** Somebody looks at the end of this turn of the event loop, unless a job ends before: then BullMQ looks by itself. */
  let looking: NodeJS.Immediate | undefined

  function lookSoon() {
    looking ??= setImmediate(() => {
      looking = undefined
      allow(share + begun, true)
    })
  }

  return {
    take() {
      taken++
      let hasBegun = false
      return {
        begun() {
          const wasFull = taken >= share + begun
          hasBegun = true
          begun++
          allow(share + begun, false)
          if (wasFull) lookSoon()
        },
        end() {
          taken--
          if (hasBegun) begun--
          allow(share + begun, false)
          clearImmediate(looking)
          looking = undefined
        },
      }
    },
  }
}
