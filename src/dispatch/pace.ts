/**
 * An endpoint's rate limit: so many attempts a second over all worker processes, evenly spaced. Whoever comes too early
 * for its turn waits for it here, if it is soon, and is sent away otherwise; it is not failed by it.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createBatcher } from '../batcher.ts'
import type { Db } from '../db/open.ts'
import { reserveTurns } from '../endpoints/store.ts'
import type { Id } from '../ids.ts'

/** Keeps endpoints' rate limits. */
export interface Pace {
  /** Resolves with true when it is this attempt's turn, with false when it is not soon. */
  enter(endpointId: Id<'endpoint'>, perSecond: number): Promise<boolean>
}

interface Wish {
  endpointId: Id<'endpoint'>
  perSecond: number
}

/** Bounds one statement. */
const GROUP_SIZE = 500

export function createPace({ db }: { db: Db }): Pace {
  const batcher = createBatcher<Wish, number | null>({
    maxItems: GROUP_SIZE,
    run: (wishes) => turnsOf(db, wishes),
  })
  return {
    async enter(endpointId, perSecond) {
      const inMs = await batcher.add({ endpointId, perSecond })
      if (inMs === null) return false
      if (inMs > 0) await pause(inMs)
      return true
    },
  }
}

/** How long each has to wait for its turn; null: too long. */
async function turnsOf(db: Db, wishes: readonly Wish[]): Promise<(number | null)[]> {
  const counts = new Map<Id<'endpoint'>, { perSecond: number; count: number }>()
  for (const { endpointId, perSecond } of wishes)
    counts.set(endpointId, { perSecond, count: (counts.get(endpointId)?.count ?? 0) + 1 })

  const turns = new Map<Id<'endpoint'>, number[]>()
  for (const { endpointId, firstInMs, granted, perSecond } of await reserveTurns(db, counts))
    turns.set(
      endpointId,
      Array.from({ length: granted }, (_, i) => firstInMs + (i * 1_000) / perSecond),
    )
  return wishes.map(({ endpointId }) => turns.get(endpointId)?.shift() ?? null)
}
