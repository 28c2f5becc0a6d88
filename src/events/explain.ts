/** Why an event did not go to an endpoint: asked afterwards, by the configuration as it is now. */
import type { Db } from '../db/open.ts'
import { explain, type UnmatchedReason } from '../endpoints/matching.ts'
import { loadInterests } from '../endpoints/store/interests.ts'
import { type Id, timeOfId } from '../ids.ts'
import { memberSlices } from './raw-json.ts'
import type { EventRow } from './store.ts'

/**
 * What the endpoint wants keeps the event out; or it would get it now, but was registered (`registered_later`) or
 * changed what it wants (`changed_later`) after the event.
 */
export type Reason = UnmatchedReason | 'registered_later' | 'changed_later'

/**
 * The endpoints of the event's tenant that did not get it, oldest first.
 * @param reached the endpoints that have a delivery of it
 */
export async function unmatched(
  db: Db,
  event: EventRow & { body: Buffer },
  reached: ReadonlySet<Id<'endpoint'>>,
): Promise<{ endpointId: Id<'endpoint'>; reason: Reason }[]> {
  const [tenant] = await loadInterests(db, [event.tenantId])
  if (!tenant) return []
  const reasons = new Map(
    explain(tenant, event.type, dataOf(event.body)).map(({ endpointId, reason }) => [endpointId, reason]),
  )
  return tenant.interests
    .filter(({ endpointId }) => !reached.has(endpointId))
    .map(({ endpointId, createdAt }) => {
      const later = createdAt.getTime() > timeOfId(event.id) ? 'registered_later' : 'changed_later'
      return { endpointId, reason: reasons.get(endpointId) ?? later }
    })
}

function dataOf(body: Buffer): unknown {
  const text = body.toString('utf8')
  const slice = memberSlices(text).get('data')!
  return JSON.parse(text.slice(slice.start, slice.end))
}
