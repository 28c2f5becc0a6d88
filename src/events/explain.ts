import type { Db } from '../db/open.ts'
import { explain, UNMATCHED_REASONS } from '../endpoints/matching.ts'
import { loadInterests } from '../endpoints/store.ts'
import { type Id, timeOfId } from '../ids.ts'
import { inTurns } from '../turns.ts'
import type { EventRow } from './store.ts'

/**
 * Why an event has not gone to an endpoint. Beside what the endpoint wants:
 *
 * - `created_later`: it did not exist at the time.
 * - `subscribed_later`: it wants the event now, but did not ask for it at the time.
 * - `disabled`: it is switched off. Its delivery is held, without an attempt, until it is enabled.
 */
export const UNSENT_REASONS = [...UNMATCHED_REASONS, 'created_later', 'subscribed_later', 'disabled'] as const
export type UnsentReason = (typeof UNSENT_REASONS)[number]

/** An endpoint that an event has not gone to, and why. */
export interface Unsent {
  endpointId: Id<'endpoint'>
  reason: UnsentReason
}

/** What is known of the event's deliveries. */
export interface Reached {
  endpointId: Id<'endpoint'>
  /** Held since its endpoint is disabled, and never attempted. */
  heldAsDisabled: boolean
}

/**
 * Why an event has gone to no more endpoints than it did, judged by what they want now; the oldest endpoint first.
 * Of one whose data was erased nobody can tell.
 */
export async function unsent(
  db: Db,
  event: EventRow & { body: Buffer | null },
  deliveries: readonly Reached[],
): Promise<Unsent[]> {
  if (!event.body) return []
  const [tenant] = await loadInterests(db, [event.tenantId])
  if (!tenant) return []
  const { data } = JSON.parse(event.body.toString()) as { data: unknown }
  const unmatched = await inTurns(explain(tenant, event.type, data))
  const unwanted = new Map(unmatched.map(({ endpointId, reason }) => [endpointId, reason]))
  const reached = new Map(deliveries.map(({ endpointId, heldAsDisabled }) => [endpointId, heldAsDisabled]))

  return tenant.interests.flatMap(({ endpointId }): Unsent[] => {
    if (reached.has(endpointId)) return reached.get(endpointId) ? [{ endpointId, reason: 'disabled' }] : []
    if (timeOfId(endpointId) > timeOfId(event.id)) return [{ endpointId, reason: 'created_later' }]
    return [{ endpointId, reason: unwanted.get(endpointId) ?? 'subscribed_later' }]
  })
}
