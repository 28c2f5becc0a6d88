import { isFinal } from '../deliveries/delivery.ts'
import type { DueDelivery } from '../deliveries/store.ts'
import { SECOND } from '../duration.ts'
import type { EventContent } from '../events/store.ts'
import type { Id } from '../ids.ts'
import type { Destination } from './destinations.ts'

/** Whether a delivery whose alarm rang is sent now; waiting and dropping spend no attempt. */
export type Admission =
  /** Send it. */
  | { kind: 'go'; delivery: DueDelivery; destination: Destination; content: EventContent }
  /** Not yet. Its alarm cannot be set again while it rings, so the sweeper will. */
  | { kind: 'early' }
  /** Its endpoint is off, or its circuit is open and this delivery is not the probe. */
  | { kind: 'hold'; endpointId: Id<'endpoint'> }
  /** Its endpoint is gone; or it is there, and cannot be opened: then it waits, and is looked at again. */
  | { kind: 'orphan' }
  /** Its event is gone: there is nothing to send. */
  | { kind: 'eventless' }
  /**
   * The alarm is not true any more: the attempt was made, or the delivery is final, held or gone, or has another alarm.
   * One that the delivery shares, and still names, lets go of it, so that it need not wait for the others.
   */
  | { kind: 'drop'; letGo: boolean }

/** An alarm may ring a little before its time, since the queue counts by another clock; so near, the attempt may as well be made. */
const EARLY = SECOND

/** What an alarm says of a delivery. */
export interface Alarmed {
  /** The number of the attempt that it was set for. */
  attempt: number
  /** The delivery that a shared alarm is named by. */
  sharedAlarm?: Id<'delivery'>
}

/** Decides what to do about an alarm. */
export function admit(
  delivery: DueDelivery | undefined,
  { attempt, sharedAlarm }: Alarmed,
  destination: Destination | undefined,
): Admission {
  if (!delivery || (sharedAlarm && delivery.sharedAlarm !== sharedAlarm))
    return { kind: 'drop', letGo: false }
  const drop = { kind: 'drop', letGo: sharedAlarm !== undefined } as const
  if (isFinal(delivery.status) || delivery.attemptCount !== attempt - 1) return drop
  if (!destination) return { kind: 'orphan' }
  const { content } = delivery
  if (!content) return { kind: 'eventless' }
  if (isOff(destination, delivery.id)) return { kind: 'hold', endpointId: destination.endpointId }
  if (delivery.status === 'held') return drop
  if (delivery.dueInMs !== null && delivery.dueInMs > EARLY) return { kind: 'early' }
  return { kind: 'go', delivery, destination, content }
}

function isOff({ status, circuit }: Destination, id: Id<'delivery'>): boolean {
  return status === 'disabled' || status === 'paused' || (circuit.open && circuit.probe !== id)
}
