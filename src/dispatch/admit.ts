import { isFinal } from '../deliveries/delivery.ts'
import type { DueDelivery } from '../deliveries/store.ts'
import { SECOND } from '../duration.ts'
import type { Destination } from './destinations.ts'

/** Whether a delivery whose alarm rang is sent now; waiting and dropping spend no attempt. */
export type Admission =
  /** Send it. */
  | { kind: 'go' }
  /** Not yet. Its alarm cannot be set again while it rings, so the sweeper will. */
  | { kind: 'early' }
  /** Its endpoint is off, or its circuit is open and this delivery is not the probe. */
  | { kind: 'hold' }
  /** Its endpoint is gone. */
  | { kind: 'orphan' }
  /** The alarm is not true any more: the attempt was made, or the delivery is final, held or gone. */
  | { kind: 'drop' }

/** An alarm may ring a little before its time, since the queue counts by another clock; so near, the attempt may as well be made. */
const EARLY = SECOND

/**
 * Decides what to do about an alarm.
 * @param attempt the number that the alarm was set for
 */
export function admit(
  delivery: DueDelivery | undefined,
  attempt: number,
  destination: Pick<Destination, 'status' | 'circuit'> | undefined,
): Admission {
  if (!delivery || isFinal(delivery.status) || delivery.attemptCount !== attempt - 1) return { kind: 'drop' }
  if (!destination) return { kind: 'orphan' }
  if (destination.status === 'disabled' || destination.status === 'paused') return { kind: 'hold' }
  if (destination.circuit.open && destination.circuit.probe !== delivery.id) return { kind: 'hold' }
  if (delivery.status === 'held') return { kind: 'drop' }
  if (delivery.dueInMs !== null && delivery.dueInMs > EARLY) return { kind: 'early' }
  return { kind: 'go' }
}
