/**
 * The sweeper's way round the endpoints. Each gets its turn in the order of the ids, with what its tenant may still have in the
 * queue. A tenant whose part is used is passed over until the round ends, and the next one begins for it where this one left it:
 * else its first endpoints would get again and again what becomes free, and the last ones nothing.
 */
import type { Feeding, WaitingEndpoint } from '../deliveries/store.ts'
import type { Id } from '../ids.ts'

export interface Round {
  /**
   * What each of the next endpoints may be fed, of those that have something due; those that are passed over are left out.
   * @param roomOf how many more alarms a tenant may have: evenly among those of its endpoints
   */
  feedingsOf(due: readonly Omit<WaitingEndpoint, 'isDue'>[], roomOf: (tenantId: string) => number): Feeding[]
  /** All had their turn: it begins again. */
  end(): void
}

/** The first of a tenant's endpoints that was passed over. */
type Passed = Map<string, Id<'endpoint'>>

export function createRound(): Round {
  let passedLast: Passed = new Map()
  let passed: Passed = new Map()

  return {
    feedingsOf(due, roomOf) {
      const here = due.filter(({ tenantId, endpointId }) => endpointId >= (passedLast.get(tenantId) ?? ''))
      return here.flatMap(({ tenantId, endpointId }) => {
        const room = passed.has(tenantId) ? 0 : roomOf(tenantId)
        if (room > 0) {
          const sharing = here.filter((other) => other.tenantId === tenantId).length
          return [{ endpointId, most: Math.ceil(room / sharing) }]
        }
        if (!passed.has(tenantId)) passed.set(tenantId, endpointId)
        return []
      })
    },
    end() {
      passedLast = passed
      passed = new Map()
    },
  }
}
