/**
 * Once is enough: Ringback delivers at least once, always with the same id, so a receiver that has taken an id can answer
 * the next of it without doing the work again.
 */
import { BUSY, type ReceiverAnswer, TAKEN } from './answer.ts'

/** Remembers ids for a while: in memory, in Redis, in a database. */
export interface SeenIds {
  /**
   * Notes that an id was seen, for so many seconds, and tells whether it had been before. It must be one step, so that of
   * two that ask at once one is told false.
   */
  seen(id: string, ttlSeconds: number): Promise<boolean>
  /** Takes a note back: the work failed, and the next of this id must be let through. */
  forget?(id: string): Promise<void>
}

/** How ids are remembered in memory. */
export interface MemoryOptions {
  /** The most ids that are remembered; 100,000 unless told. The oldest go first. */
  most?: number | undefined
  /** The time; the system's unless told. */
  now?: (() => Date) | undefined
}

/** Ids in this process's memory: enough for one process, and lost with it. */
export function rememberInMemory({
  most = 100_000,
  now = () => new Date(),
}: MemoryOptions = {}): Required<SeenIds> {
  /** When each is forgotten, in the order of coming. */
  const until = new Map<string, number>()
  return {
    async seen(id, ttlSeconds) {
      const time = now().getTime()
      const known = until.get(id)
      if (known !== undefined && known > time) return true
      until.delete(id)
      until.set(id, time + ttlSeconds * 1_000)
      if (until.size > most) until.delete(until.keys().next().value!)
      return false
    },
    async forget(id) {
      until.delete(id)
    },
  }
}

/** How a receiver drops what it has taken before. */
export interface OnceOptions {
  /** Where ids are remembered; left out, every callback is handled, however often it comes. */
  seenIds?: SeenIds | undefined
  /** How long, in seconds; a day unless told. Ringback's own retries go on for 2.6 days unless its policy says otherwise. */
  ttlSeconds?: number | undefined
}

/**
 * The guard before a handler: runs it, unless its callback was taken before, or is being handled at this moment, when nobody
 * knows how that ends.
 * @param handle resolves once the work has ended, with whether it succeeded. What failed, so or by an error, is let through
 * when it comes again
 * @returns what to answer in the handler's place; undefined when it was run
 * @throws what `handle` or `seenIds` throws
 */
export type Once = (id: string, handle: () => Promise<boolean>) => Promise<ReceiverAnswer | undefined>

export function createOnce({ seenIds, ttlSeconds = 86_400 }: OnceOptions): Once {
  if (!seenIds) return (_id, handle) => handle().then(() => undefined)
  const inHand = new Set<string>()
  return async (id, handle) => {
    if (inHand.has(id)) return BUSY
    inHand.add(id)
    try {
      if (await seenIds.seen(id, ttlSeconds)) return TAKEN
      let succeeded = false
      try {
        succeeded = await handle()
      } finally {
        if (!succeeded) await seenIds.forget?.(id)
      }
      return undefined
    } finally {
      inHand.delete(id)
    }
  }
}
