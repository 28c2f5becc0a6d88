/**
 * The places of a worker process, shared by two lanes: first tries in front, retries and recoveries in the back. Whatever
 * happens in one, some places are the other's: a wave of retries does not delay what comes fresh, and a flood of fresh
 * events does not starve the retries.
 */

/** First tries go in front. */
export type Lane = 'front' | 'back'

/** The most that each lane may have of all places; they overlap, so a lane that is alone has most of them. */
const MOST: Record<Lane, number> = { front: 0.9, back: 0.7 }

/** Gives places. */
export interface Slots {
  /** How many a lane may have. */
  most(lane: Lane): number
  /** Runs work as soon as its lane has a place. */
  run<T>(lane: Lane, work: () => Promise<T>): Promise<T>
}

/** How many of so many places a lane may have. */
export const mostOf = (lane: Lane, places: number): number => Math.max(1, Math.round(places * MOST[lane]))

/** @param places attempts in flight at once in this process */
export function createSlots(places: number): Slots {
  const most = (lane: Lane) => mostOf(lane, places)
  const used: Record<Lane, number> = { front: 0, back: 0 }
  const waiting: Record<Lane, (() => void)[]> = { front: [], back: [] }

  const hasPlace = (lane: Lane) => used.front + used.back < places && used[lane] < most(lane)

  /** The front goes first. */
  function callNext() {
    for (const lane of ['front', 'back'] as const)
      while (waiting[lane].length > 0 && hasPlace(lane)) {
        used[lane]++
        waiting[lane].shift()!()
      }
  }

  return {
    most,
    async run(lane, work) {
      if (hasPlace(lane) && waiting[lane].length === 0) used[lane]++
      else await new Promise<void>((resolve) => waiting[lane].push(resolve))
      try {
        return await work()
      } finally {
        used[lane]--
        callNext()
      }
    },
  }
}
