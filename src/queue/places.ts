/** Places for work in hand: whoever finds none waits, in the order of coming. */
export interface Places {
  /** Resolves when there is a place for the caller, who gives it back by `leave`. */
  enter(): Promise<void>
  leave(): void
}

/** @param most how many there are */
export function createPlaces(most: number): Places {
  const waiting: (() => void)[] = []
  let free = most
  return {
    async enter() {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
    leave() {
      const next = waiting.shift()
      if (next) next()
      else free++
    },
  }
}
