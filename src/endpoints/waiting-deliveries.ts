import type { Db } from '../db/open.ts'
import type { Id } from '../ids.ts'

/** What the verbs here need of the deliveries that wait for an endpoint; all in the caller's transaction. */
export interface WaitingDeliveries {
  /** Holds all that waits, when the endpoint is switched off. */
  holdWaiting(
    db: Db,
    tenantId: string,
    endpointId: Id<'endpoint'>,
    waitingFor: 'paused' | 'disabled' | 'circuit',
  ): Promise<void>
  /** Lets go on all that is held, when it is switched on. */
  releaseHeld(db: Db, tenantId: string, endpointId: Id<'endpoint'>): Promise<void>
  /** Ends all that waits, when it is removed. */
  cancelWaiting(
    db: Db,
    tenantId: string,
    endpointId: Id<'endpoint'>,
    reason: 'endpoint_deleted',
  ): Promise<unknown>
}
