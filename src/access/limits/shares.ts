/**
 * A count that many processes share, and that costs next to nothing to keep: a process does not ask the store for every
 * request, but draws a share of what is left, a twentieth at a time, and spends it by itself. No more is ever spent than
 * was drawn, so the limit holds over all processes. What a process has drawn and not spent is lost to the others until
 * the window ends: that is the price, a twentieth for each of them.
 */
import type { Clock } from '../../clock.ts'
import { SECOND } from '../../duration.ts'
import type { Rate } from '../../rate.ts'

/** What was counted in the store, and when that begins anew. */
export interface Drawn {
  /** All that was drawn in this window by anybody, this draw included. */
  total: number
  resetMs: number
}

/** Counts `points` for `id` in the store, whether or not there are so many left. */
export type Draw = (id: string, points: number) => Promise<Drawn>

/** How a request stands with a limit. */
export interface Standing {
  granted: boolean
  /** Points left, as far as this process knows; the others may have drawn since. */
  remaining: number
  /** Until the count begins anew. */
  resetMs: number
}

/** The shares of this process in one limit, by whose they are. */
export interface Shares {
  /** Spends `cost` points, or none: a request that is refused costs nothing. More than the limit allows at all is cut to it. */
  take(id: string, cost: number): Promise<Standing>
}

/** What shares stand on. */
export interface SharesOptions {
  rate: Rate
  draw: Draw
  clock: Clock
  /** Points asked for at once; a twentieth of the limit unless told. */
  portion?: number
  /** The most kept, some 200 bytes each; beyond it the oldest is forgotten, and what it had left with it. */
  capacity?: number
}

interface Share {
  left: number
  /** What the store had left after the last draw. */
  beyond: number
  /** Nothing more is to be had before the window ends. */
  isDry: boolean
  /** The sum of what those want who wait for a draw. */
  wanted: number
  drawing: Promise<void> | undefined
  drawnAt: number
  endsAt: number
}

/** So many draws cost little, whatever the limit is. */
const DRAWS_PER_WINDOW = 20

const CAPACITY = 50_000

export function createShares(options: SharesOptions): Shares {
  const { rate, draw, clock, capacity = CAPACITY } = options
  const { portion = Math.max(1, Math.floor(rate.count / DRAWS_PER_WINDOW)) } = options
  const shares = new Map<string, Share>()

  /** A clock that was set back must not keep a share, and with it a refusal. */
  function isLive({ drawnAt, endsAt, drawing }: Share): boolean {
    const now = clock.now()
    return drawing !== undefined || (now >= drawnAt && now < endsAt)
  }

  function shareOf(id: string): Share {
    const known = shares.get(id)
    if (known && isLive(known)) return known
    const share = { left: 0, beyond: 0, isDry: false, wanted: 0, drawing: undefined, drawnAt: 0, endsAt: 0 }
    shares.delete(id)
    shares.set(id, share)
    if (shares.size > capacity) shares.delete(shares.keys().next().value!)
    return share
  }

  async function drawInto(share: Share, id: string): Promise<void> {
    const asked = Math.min(rate.count, Math.max(portion, share.wanted - share.left))
    try {
      const { total, resetMs } = await draw(id, asked)
      const granted = Math.min(asked, Math.max(0, rate.count - (total - asked)))
      share.left += granted
      share.beyond = Math.max(0, rate.count - total)
      share.isDry = total >= rate.count
      share.drawnAt = clock.now()
      share.endsAt = share.drawnAt + Math.min(resetMs, rate.seconds * SECOND)
    } finally {
      share.drawing = undefined
    }
  }

  return {
    async take(id, cost) {
      const points = Math.min(cost, rate.count)
      const share = shareOf(id)
      while (share.left < points && !share.isDry) {
        share.wanted += points
        // One draw at a time, for all who wait.
        share.drawing ??= drawInto(share, id)
        try {
          await share.drawing
        } finally {
          share.wanted -= points
        }
      }
      const granted = share.left >= points
      if (granted) share.left -= points
      return {
        granted,
        remaining: share.left + share.beyond,
        resetMs: Math.max(0, share.endsAt - clock.now()),
      }
    },
  }
}
