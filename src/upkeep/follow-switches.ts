import type { Db } from '../db/open.ts'
import { followNext } from '../deliveries/store.ts'
import { SECOND } from '../duration.ts'
import type { Id } from '../ids.ts'
import type { Duty } from './duty.ts'

/** How long what is beyond an endpoint's first page may stand as it did before the switch. */
const BEAT = 250

/** While nobody does it, it stands so. */
const LEASE = 2 * SECOND

/**
 * Holds or lets go on what waits for endpoints that were switched, where that is more than the switch itself did: a page a
 * turn, each in a transaction of its own, round the endpoints, so that none waits for the long backlog of another. Whatever
 * interrupts it, each page is done or not done, and the endpoint says that it is not over.
 */
export function followSwitches({ db }: { db: Db }): Duty {
  let after: Id<'endpoint'> | null = null
  let moved = 0

  /** @returns when the next round begins: at once, unless this one found nothing that it could move */
  function endRound(): number | undefined {
    const nextMs = moved > 0 ? 0 : undefined
    after = null
    moved = 0
    return nextMs
  }

  return {
    name: 'follow switches',
    everyMs: BEAT,
    leaseMs: LEASE,
    async run() {
      const page = await db.transaction((tx) => followNext(tx, after))
      if (!page) return endRound()
      after = page.endpointId
      moved += page.moved
      return 0
    },
  }
}
