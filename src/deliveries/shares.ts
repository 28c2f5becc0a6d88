/**
 * Shares: how many alarms of one endpoint may lie in the queue. The queue is worked in the order of coming, and whoever
 * comes after ten thousand for an endpoint that does not answer would wait until all of them were looked at. So an
 * endpoint gets as many alarms as it works off in a moment; what is beyond waits in Postgres, and the sweeper feeds it.
 * A quick endpoint so learns a larger share, and a slow one keeps the least. All of them together get no more than the
 * window, and those of one tenant no more than their part of it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { SECOND } from '../duration.ts'
import type { NewDelivery } from '../events/candidate.ts'
import type { Id } from '../ids.ts'
import { countAlarmed } from './store.ts'
import { createWindow, WINDOW } from './window.ts'

/** Gives shares. Of this process alone: others that accept for the same endpoint count for themselves. */
export interface Shares {
  /** Whether one more alarm of an endpoint may be set. */
  take(delivery: Pick<NewDelivery, 'tenantId' | 'endpointId'>): boolean
  /** Looks how many of them wait still. Called by itself, from time to time, while they are many. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** What it needs. */
export interface SharesNeeds {
  db: Db
  /** For how many deliveries a first alarm waits in the queue, about. */
  waiting(): Promise<number>
  clock: Clock
}

/**
 * The least of an endpoint, and what the sweeper feeds up to: what a quick one works off in some fifty milliseconds. Also
 * of one that seems to stand still: what was in hand of a worker that died stands still too, and the rest should not wait
 * for it.
 */
export const SHARE = 100

/** A tenant's part for what is fresh. The sweeper's is larger: what has waited goes before. */
const PART = { timesLeft: 2, atLeast: 0 }

/** What an endpoint works off in this time is its share. */
const AHEAD = 2 * SECOND

/** With fewer alarms since the last look nobody looks. */
const WORTH_A_LOOK = 25

/** How often they are looked at. */
const BEAT = SECOND

/**
 * Within this time what is taken is committed, as a rule, and in the queue: a look counts what was taken so long ago, or what
 * is not there yet would seem to be worked off.
 */
const COMMITTED_WITHIN = 100

/** How many endpoints are remembered; of one that is forgotten nothing is known. */
const REMEMBERED = 10_000

interface Share {
  most: number
  /** Alarms that were there at the last look, and those set since. */
  seen: number
  set: number
  /** Worked off since then: what its pace is told by. */
  workedOff: number
  since: number
}

export function createShares({ db, waiting, clock }: SharesNeeds): Shares {
  /** Those used last at the end. */
  const shares = new Map<Id<'endpoint'>, Share>()
  const window = createWindow({ db, clock, part: PART })
  /** The next look. */
  let planned: { timer: NodeJS.Timeout; at: number } | undefined
  let looking: Promise<void> = Promise.resolve()
  let stopped = false

  function shareOf(endpointId: Id<'endpoint'>): Share {
    const share = shares.get(endpointId) ?? { most: SHARE, seen: 0, set: 0, workedOff: 0, since: clock.now() }
    shares.delete(endpointId)
    shares.set(endpointId, share)
    if (shares.size > REMEMBERED) shares.delete(shares.keys().next().value!)
    return share
  }

  const isCrowded = ({ seen, set }: Share) => seen + set >= WORTH_A_LOOK

  /** Of what it had left at the last look: what is worked off as quickly as it comes is not to wait for the sweeper. */
  const isHalfUsed = ({ most, seen, set }: Share) => set > (most - seen) / 2

  const isWindowUsed = () => window.room() < WINDOW - WORTH_A_LOOK

  const areMany = () => isWindowUsed() || [...shares.values()].some(isCrowded)

  /** One after the other: each goes on from what the last one found. */
  function look(): Promise<void> {
    const looked = looking.then(lookOnce)
    looking = looked.catch(() => {})
    return looked
  }

  async function lookOnce() {
    const crowded = [...shares].filter(([, share]) => isCrowded(share))
    const had = new Map(crowded.map(([endpointId, { seen, set }]) => [endpointId, seen + set]))
    await window.look(async () => {
      await pause(COMMITTED_WITHIN)
      return waiting()
    })
    if (had.size === 0) return
    const counts = await countAlarmed(db, [...had.keys()], WINDOW)
    const now = clock.now()
    for (const [endpointId, before] of had) {
      const share = shares.get(endpointId)
      if (share) learn(share, before, counts.get(endpointId) ?? 0, now)
    }
  }

  /** Postgres or the queue may be away: what was known is good enough until the next look. */
  function lookIn(ms: number) {
    const at = performance.now() + ms
    if (stopped || (planned && planned.at <= at)) return
    clearTimeout(planned?.timer)
    const timer = setTimeout(() => {
      const onLooked = () => {
        planned = undefined
        if (areMany()) lookIn(BEAT)
      }
      look().then(onLooked, onLooked)
    }, ms).unref()
    planned = { timer, at }
  }

  return {
    take({ tenantId, endpointId }) {
      const share = shareOf(endpointId)
      if (window.roomOf(tenantId) <= 0 || share.seen + share.set >= share.most) return false
      window.take(tenantId)
      share.set++
      if (isHalfUsed(share) || window.isHalfUsed(tenantId)) lookIn(0)
      else if (isCrowded(share) || isWindowUsed()) lookIn(BEAT)
      return true
    },
    look,
    async stop() {
      stopped = true
      clearTimeout(planned?.timer)
      await looking
    },
  }
}

/**
 * Its pace is that of a second at least: a commit that is slow for once would else seem to be worked off many times as quickly.
 * @param before what it had set when the look began
 */
function learn(share: Share, before: number, alarmed: number, now: number): void {
  const elapsed = Math.max(BEAT, now - share.since)
  share.workedOff += Math.max(0, before - alarmed)
  const ahead = Math.round((share.workedOff / elapsed) * AHEAD)
  share.most = Math.min(WINDOW, Math.max(SHARE, ahead))
  share.set = share.seen + share.set - before
  share.seen = alarmed
  if (now - share.since < BEAT) return
  share.since = now
  share.workedOff = 0
}
