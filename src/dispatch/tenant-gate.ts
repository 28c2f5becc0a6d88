/**
 * The gate before each tenant: how many of a worker's places may be in hand for one of them, over all of its endpoints. So a
 * tenant whose hundred endpoints all hang does not take every place from the others. It may have several times as many as
 * are free, by the same rule as in the window of the queue; while no other is there it may have them all.
 */
import { MINUTE } from '../duration.ts'
import { createGate, type GateOptions } from './gate.ts'

/** Lets attempts through, as the gate before an endpoint does. */
export interface TenantGate {
  /** Resolves with true when its tenant has a place, which must be left again; with false when there is none soon. */
  enter(tenantId: string): Promise<boolean>
  /** When whoever was sent away had best come again, in milliseconds. Null: nobody can tell. */
  turnOf(tenantId: string): number | null
  /** @param tookMs how long the place was in hand; null: no attempt was made */
  leave(tenantId: string, tookMs: number | null): void
}

/** By so many times the free places: a tenant beside others that want little has four fifths, two that want all 44 % each. */
const TIMES_FREE = 4

/** For how long a tenant counts as being there after its last attempt. */
const LATELY = MINUTE

export function createTenantGate({ clock, concurrency }: GateOptions): TenantGate {
  // Whoever waits here holds a place that others should have.
  const gate = createGate<string>({ clock, concurrency, isPatient: false })
  /** When each was last here, those that were last at the end. */
  const lately = new Map<string, number>()
  let inHand = 0

  function isAlone(tenantId: string): boolean {
    lately.delete(tenantId)
    lately.set(tenantId, clock.now())
    for (const [other, at] of lately) {
      if (clock.now() - at < LATELY) break
      lately.delete(other)
    }
    return lately.size === 1
  }

  const placesOf = (tenantId: string) =>
    isAlone(tenantId) ? concurrency : Math.max(1, TIMES_FREE * (concurrency - inHand))

  return {
    async enter(tenantId) {
      if (!(await gate.enter(tenantId, placesOf(tenantId)))) return false
      inHand++
      return true
    },
    turnOf: (tenantId) => gate.turnOf(tenantId, placesOf(tenantId)),
    leave(tenantId, tookMs) {
      inHand--
      gate.leave(tenantId, tookMs)
    },
  }
}
