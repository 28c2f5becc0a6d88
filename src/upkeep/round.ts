/**
 * The sweeper's way round the endpoints. Each gets its turn in the order of the ids, with what its tenant may have in the queue
 * yet. A tenant whose part is used is passed over, and goes on in the next round where it was: else its first endpoints would
 * get again and again what becomes free, and the last ones nothing.
 */
import type { Feeding, WaitingEndpoint } from '../deliveries/store.ts'
import type { Id } from '../ids.ts'

export interface Round {
  /**
   * What each of the next endpoints may be fed; those that are passed over are left out.
   * @param roomOf how many more alarms a tenant may have: evenly among its endpoints that are here
   */
  feedingsOf(endpoints: readonly WaitingEndpoint[], roomOf: (tenantId: string) => number): Feeding[]
  /** All had their turn: it begins again. */
  end(): void
}

/** The first of a tenant's endpoints that was passed over. */
type Passed = Map<string, Id<'endpoint'>>

export function createRound(): Round {
  let before: Passed = new Map()
  let now: Passed = new Map()

  return {
    feedingsOf(endpoints, roomOf) {
      const here = endpoints.filter(({ tenantId, endpointId }) => endpointId >= (before.get(tenantId) ?? ''))
      return here.flatMap(({ tenantId, endpointId }) => {
        const room = roomOf(tenantId)
        if (room > 0) {
          const sharing = here.filter((other) => other.tenantId === tenantId).length
          return [{ endpointId, most: Math.ceil(room / sharing) }]
        }
        if (!now.has(tenantId)) now.set(tenantId, endpointId)
        return []
      })
    },
    end() {
      before = now
      now = new Map()
    },
  }
}
