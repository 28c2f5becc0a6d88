/** What was read of the database a moment ago, so that not every request asks it. */
import { createBatcher } from '../batcher.ts'
import type { Clock } from '../clock.ts'

/** Rows by their id, as they were a moment ago. */
export interface Recent<K extends string, Row> {
  /** @returns undefined when there was no such row */
  get(id: K): Promise<Row | undefined>
  /** Lets the next `get` ask the database. */
  forget(id: K): void
}

/** Where rows come from, and for how long they are good. */
export interface RecentOptions<K extends string, Row> {
  /** Reads some rows at once; one that is not there is not in the answer. */
  load(ids: readonly K[]): Promise<Map<K, Row>>
  clock: Clock
  /** Counted from before the row was read: what was committed earlier than that ago is seen. */
  goodForMs: number
  /** The most rows kept; the one read longest ago goes first. */
  capacity: number
}

interface Entry<Row> {
  readAt: number
  row: Promise<Row | undefined>
}

/** Bounds one statement. */
const GROUP_SIZE = 500

/**
 * Look-ups of the same moment share a statement, and one statement runs at a time: however many made-up ids are asked
 * for, they cost one connection.
 */
export function createRecent<K extends string, Row>(options: RecentOptions<K, Row>): Recent<K, Row> {
  const { load, clock, goodForMs, capacity } = options
  const entries = new Map<K, Entry<Row>>()
  const batcher = createBatcher<K, Row | undefined>({
    maxItems: GROUP_SIZE,
    async run(ids) {
      const rows = await load([...new Set(ids)])
      return ids.map((id) => rows.get(id))
    },
  })

  /** A clock that was set back must not keep an entry. */
  function isGood({ readAt }: Entry<Row>): boolean {
    const age = clock.now() - readAt
    return age >= 0 && age < goodForMs
  }

  function read(id: K): Promise<Row | undefined> {
    const entry = { readAt: clock.now(), row: batcher.add(id) }
    entries.delete(id)
    entries.set(id, entry)
    if (entries.size > capacity) entries.delete(entries.keys().next().value!)
    // A database that was away says nothing of the row.
    entry.row.catch(() => {
      if (entries.get(id) === entry) entries.delete(id)
    })
    return entry.row
  }

  return {
    get(id) {
      const entry = entries.get(id)
      return entry && isGood(entry) ? entry.row : read(id)
    },
    forget(id) {
      entries.delete(id)
    },
  }
}
