import type { Db } from '../db/open.ts'
import { explain, type UnmatchedReason } from '../endpoints/matching.ts'
import { loadInterests } from '../endpoints/store.ts'
import { type Id, timeOfId } from '../ids.ts'
import type { EventRow } from './store.ts'

/** An endpoint that an event was not sent to, and why. */
export interface Unmatched {
  endpointId: Id<'endpoint'>
  /** `created_later` and `subscribed_later`: it would want the event now, but did not exist, or did not ask, at the time. */
  reason: UnmatchedReason | 'created_later' | 'subscribed_later'
}

/**
 * Why an event went to no more endpoints than it did, judged by what they want now.
 * @param reached those that have a delivery of it
 */
export async function unmatched(
  db: Db,
  event: EventRow & { body: Buffer },
  reached: ReadonlySet<Id<'endpoint'>>,
): Promise<Unmatched[]> {
  const [tenant] = await loadInterests(db, [event.tenantId])
  if (!tenant) return []
  const { data } = JSON.parse(event.body.toString()) as { data: unknown }
  const reasons = new Map(
    explain(tenant, event.type, data).map(({ endpointId, reason }) => [endpointId, reason]),
  )
  return tenant.interests
    .filter(({ endpointId }) => !reached.has(endpointId))
    .map(({ endpointId }) => {
      if (timeOfId(endpointId) > timeOfId(event.id)) return { endpointId, reason: 'created_later' }
      return { endpointId, reason: reasons.get(endpointId) ?? 'subscribed_later' }
    })
}
