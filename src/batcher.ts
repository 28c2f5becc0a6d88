/**
 * Natural batching: a call made while nothing is running is run at once; calls made meanwhile wait and are run
 * together. Under little load nothing is delayed, under much load the batches grow by themselves.
 */

/** How a batcher groups its items. */
export interface BatcherOptions<Item, Result> {
  /** Handles one group; answers in the order of its items. A rejection rejects every item of the group. */
  run(items: readonly Item[]): Promise<readonly Result[]>
  /** The most items in a group. */
  maxItems: number
  /** How many groups may run beside each other; 1 unless told. */
  maxRunning?: number
  /**
   * How long the groups that run have run at least, in milliseconds, before a small one begins beside them; 0 unless told.
   * Groups that follow one another are larger, so there are fewer, and each has a price of its own; what takes long should not
   * be waited for.
   */
  besideAfterMs?: number
  /** From how many items on a group is not small, and begins at once, beside those that run; `maxItems` unless told. */
  besideFrom?: number
  /** The most weight in a group, with `weigh`; a single heavier item still goes, alone. */
  maxWeight?: number
  weigh?(item: Item): number
}

/** Hands an item to the next group and resolves with its own result. */
export interface Batcher<Item, Result> {
  add(item: Item): Promise<Result>
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>
  /** Items that wait for a group, and what they weigh. */
  readonly waiting: { items: number; weight: number }
}

interface Entry<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { run, maxItems, maxRunning = 1, besideAfterMs = 0, besideFrom = maxItems } = options
  const { maxWeight = Number.POSITIVE_INFINITY, weigh = () => 0 } = options
  let queue: Entry<Item, Result>[] = []
  /** Of `queue`. */
  let weightWaiting = 0
  /** When the groups that run began, the youngest last. */
  const running = new Set<{ began: number }>()
  let scheduled = false
  let looking: NodeJS.Timeout | undefined
  const onIdle: (() => void)[] = []

  /** Started at the end of this turn of the event loop, so that calls made together share a group. */
  function schedule() {
    if (scheduled || running.size >= maxRunning) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      while (mayBegin()) void flush(takeGroup())
      if (queue.length > 0 && running.size < maxRunning) lookLater()
    })
  }

  function mayBegin(): boolean {
    if (queue.length === 0 || running.size >= maxRunning) return false
    return queue.length >= Math.min(besideFrom, maxItems) || weightWaiting >= maxWeight || untilBeside() <= 0
  }

  /** How long until a small group may begin, in milliseconds. */
  function untilBeside(): number {
    const youngest = Math.max(...[...running].map(({ began }) => began))
    return youngest + besideAfterMs - performance.now()
  }

  function lookLater() {
    if (looking) return
    looking = setTimeout(() => {
      looking = undefined
      schedule()
    }, untilBeside())
  }

  function takeGroup(): Entry<Item, Result>[] {
    let size = 0
    let weight = 0
    while (size < queue.length && size < maxItems) {
      weight += weigh(queue[size]!.item)
      if (size > 0 && weight > maxWeight) break
      size++
    }
    const group = queue.slice(0, size)
    queue = queue.slice(size)
    for (const { item } of group) weightWaiting -= weigh(item)
    return group
  }

  async function flush(group: Entry<Item, Result>[]) {
    const own = { began: performance.now() }
    running.add(own)
    try {
      const results = await run(group.map((entry) => entry.item))
      group.forEach((entry, i) => {
        entry.resolve(results[i] as Result)
      })
    } catch (error) {
      for (const entry of group) entry.reject(error)
    } finally {
      running.delete(own)
      if (queue.length > 0) schedule()
      else if (running.size === 0) for (const done of onIdle.splice(0)) done()
    }
  }

  return {
    add(item) {
      return new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject })
        weightWaiting += weigh(item)
        schedule()
      })
    },
    idle() {
      if (running.size === 0 && queue.length === 0) return Promise.resolve()
      return new Promise((resolve) => onIdle.push(resolve))
    },
    get waiting() {
      return { items: queue.length, weight: weightWaiting }
    },
  }
}
