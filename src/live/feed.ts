/**
 * The feed: one look a second at what changed, for all who watch in this process. Nobody who delivers has to tell anybody:
 * what is new is read from what was written, whichever process wrote it.
 *
 * Each change is told at least once. A reader that comes back, here or in another process, says up to where it had seen
 * everything (its cursor); messages carry the cursor of the look *before* theirs, so that one that was cut off in the
 * middle of a look gets all of it again.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { lastAttemptsOf } from '../attempts/store.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { loadDeliveries } from '../deliveries/store.ts'
import { MINUTE, SECOND } from '../duration.ts'
import { RingbackError, unavailable } from '../errors.ts'
import type { Id } from '../ids.ts'
import type { Log } from '../telemetry/log.ts'
import { type Change, cursorOf, isWanted, type Position, type Wanted } from './change.ts'
import { changesSince, snapshotNow } from './store.ts'

/** Somebody who watches. None of these may throw, or wait. */
export interface Watcher {
  /** @param cursor what to resume from when this is the last thing seen */
  change(change: Change, cursor: string): void
  /** All up to `cursor` was told. */
  seen(cursor: string): void
  /** More happened than is told: whoever wants all of it must read the list. */
  missed(): void
  /** Whether it takes more: one that is behind is waited for a moment, then dropped. */
  hasRoom(): boolean
  /** It is told nothing any more. */
  drop(why: 'slow' | 'stopping'): void
}

/** Tells watchers what changes. */
export interface Feed {
  /**
   * Begins to tell; what is committed after this resolves is told.
   * @param since where the watcher was before; undefined: now
   * @throws RingbackError `too_many_streams`, `unavailable`
   * @returns ends it
   */
  watch(wanted: Wanted, watcher: Watcher, since: Position | undefined): Promise<() => void>
  /** Drops all. Safe to repeat. */
  stop(): Promise<void>
}

const BEAT = SECOND

/** An attempt's id is made before it: it commits a timeout (30 seconds at most) and a settlement later. */
const LATEST_COMMIT = 75 * SECOND

/** Whoever was away for longer is told that something was missed, and reads the list. */
const LONGEST_AWAY = 10 * MINUTE

/** The most changes told in a look; beyond them nobody reads along. */
const MOST_CHANGES = 2_000

/** Bounds what is loaded at once: attempts hold up to 16 KiB of an answer. */
const CHUNK = 100

/** How long the others wait for one that is behind, at most. */
const PATIENCE = SECOND / 4

/** In each process. Enough for a team's browsers; few enough that one tenant's do not keep the others from watching. */
export const STREAMS_PER_TENANT = 20

interface Entry {
  wanted: Wanted
  watcher: Watcher
  /** Up to where it has been told everything. */
  cursor: string
}

/** What the feed needs from outside. */
export interface FeedNeeds {
  db: Db
  clock: Clock
  log: Log
}

export function createFeed({ db, clock, log }: FeedNeeds): Feed {
  const entries = new Set<Entry>()
  const stopping = new AbortController()
  /** Up to where all who watch have been told everything; undefined while nobody watches. */
  let position: Position | undefined
  let loop: Promise<void> | undefined
  let turn: Promise<unknown> = Promise.resolve()

  /** Looks come one after the other, and who joins does so between two: the next one then begins before they came. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work)
    turn = result.catch(() => {})
    return result
  }

  /** Tells some of what changed since a position. @returns where the next look begins */
  async function tellSince(since: Position, listeners: readonly Entry[]): Promise<Position> {
    const at = clock.now()
    const { ids, snapshot } = await changesSince(db, tenantsOf(listeners), {
      snapshot: since.snapshot,
      from: since.at - LATEST_COMMIT,
      limit: MOST_CHANGES + 1,
    })
    if (ids.length > MOST_CHANGES) for (const { watcher } of listeners) watcher.missed()
    await tell(ids.slice(0, MOST_CHANGES), listeners)
    const now = { at, snapshot }
    for (const entry of listeners) {
      entry.cursor = cursorOf(now)
      entry.watcher.seen(entry.cursor)
    }
    return now
  }

  /** The oldest first, as fast as they take them. */
  async function tell(ids: readonly Id<'delivery'>[], listeners: readonly Entry[]): Promise<void> {
    for (let end = ids.length; end > 0; end -= CHUNK) {
      const found = await loadDeliveries(db, ids.slice(Math.max(0, end - CHUNK), end))
      const rows = found.filter((row) => listeners.some(({ wanted }) => isWanted(wanted, row)))
      const last = await lastAttemptsOf(db, rows)
      for (const delivery of rows) {
        const change = { delivery, lastAttempt: last.get(delivery.id) }
        for (const { wanted, watcher, cursor } of listeners)
          if (isWanted(wanted, delivery)) watcher.change(change, cursor)
      }
      await waitForSlow(listeners)
    }
  }

  async function waitForSlow(listeners: readonly Entry[]): Promise<void> {
    const behind = () => listeners.filter((entry) => entries.has(entry) && !entry.watcher.hasRoom())
    for (let waited = 0; waited < PATIENCE && behind().length > 0; waited += STEP) await pause(STEP)
    for (const entry of behind()) drop(entry, 'slow')
  }

  function drop(entry: Entry, why: 'slow' | 'stopping'): void {
    if (entries.delete(entry)) entry.watcher.drop(why)
  }

  async function work(): Promise<void> {
    let failures = 0
    let watched = true
    while (watched) {
      await pause(BEAT, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
      watched = await inTurn(async () => {
        if (entries.size === 0 || stopping.signal.aborted) {
          position = undefined
          loop = undefined
          return false
        }
        try {
          position = await tellSince(position!, [...entries])
          failures = 0
        } catch (error) {
          // Postgres is away: the next look begins where the last one ended, and nothing is lost.
          if (failures++ === 0) log.warn({ err: error }, 'Streams of deliveries stand still.')
        }
        return true
      })
    }
  }

  return {
    watch: (wanted, watcher, since) =>
      inTurn(async () => {
        if (stopping.signal.aborted) throw unavailable('Ringback is stopping.')
        const sameOwner = [...entries].filter((entry) => entry.wanted.tenantId === wanted.tenantId)
        if (sameOwner.length >= STREAMS_PER_TENANT) throw tooMany()

        position ??= { at: clock.now(), snapshot: await snapshotNow(db) }
        loop ??= work()
        const away = since !== undefined && since.at < clock.now() - LONGEST_AWAY
        const from = away ? undefined : since
        const entry: Entry = { wanted, watcher, cursor: cursorOf(from ?? position) }
        entries.add(entry)
        const leave = () => void entries.delete(entry)
        try {
          if (away) watcher.missed()
          watcher.seen(entry.cursor)
          if (from) await tellSince(from, [entry])
        } catch (error) {
          leave()
          throw error
        }
        return leave
      }),

    async stop() {
      stopping.abort()
      await inTurn(async () => {
        for (const entry of [...entries]) drop(entry, 'stopping')
      })
      await loop
    },
  }
}

const STEP = 10

/** Whose changes are wanted; null: everybody's. */
function tenantsOf(entries: readonly Entry[]): string[] | null {
  const tenants = new Set<string>()
  for (const { wanted } of entries) {
    if (wanted.tenantId === null) return null
    tenants.add(wanted.tenantId)
  }
  return [...tenants]
}

const tooMany = () =>
  new RingbackError(
    'rate_limited',
    'too_many_streams',
    `${STREAMS_PER_TENANT} streams are open already. Close one, or try again later.`,
  )
