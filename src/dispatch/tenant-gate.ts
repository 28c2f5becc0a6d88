/**
 * The gate before each tenant: how many of a worker's places may be in hand for one of them, over all of its endpoints. So a
 * tenant whose hundred endpoints all hang does not take every place from the others. It may have several times as many as
 * are left, by the same rule as in the window of the queue, and in each lane: its first tries do not keep out its retries.
 */
import { createGate, type Gate, type GateOptions } from './gate.ts'
import { type Lane, mostOf } from './slots.ts'

/** Lets attempts through, as the gate before an endpoint does. */
export interface TenantGate {
  /** Resolves with true when its tenant has a place, which must be left again; with false when there is none soon. */
  enter(tenantId: string, lane: Lane): Promise<boolean>
  /** When whoever was sent away had best come again, in milliseconds. Null: nobody can tell. */
  turnOf(tenantId: string, lane: Lane): number | null
  /** @param tookMs how long the attempt took; null: none was made */
  leave(tenantId: string, lane: Lane, tookMs: number | null): void
}

/** By so many times what is left: one tenant has nine tenths of a lane, two that want all have nine nineteenths each. */
const TIMES_LEFT = 9

export function createTenantGate(options: GateOptions): TenantGate {
  // Whoever waits here holds a slot of the lane that others should have.
  const laneGate = (): Gate<string> => createGate({ ...options, isPatient: false })
  const lanes: Record<Lane, Gate<string>> = { front: laneGate(), back: laneGate() }

  /** Lanes overlap: what one has taken the other cannot have. */
  const leftIn = (lane: Lane) =>
    Math.min(
      mostOf(lane, options.concurrency) - lanes[lane].taken(),
      options.concurrency - lanes.front.taken() - lanes.back.taken(),
    )

  const placesOf = (left: number) => Math.max(1, TIMES_LEFT * left)
  /** For one more, which takes one of those that are left. */
  const placesForOneMore = (lane: Lane) => placesOf(leftIn(lane) - 1)

  return {
    enter: (tenantId, lane) => lanes[lane].enter(tenantId, placesForOneMore(lane)),
    turnOf: (tenantId, lane) => lanes[lane].turnOf(tenantId, placesForOneMore(lane)),
    leave: (tenantId, lane, tookMs) => lanes[lane].leave(tenantId, tookMs, placesOf(leftIn(lane))),
  }
}
