/** Changing what an endpoint is and wants. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import type { Id, Ids } from '../ids.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import { changesOf } from './audited.ts'
import { checkedHeaders, checkedSubscriptions, checkedUrl, type EgressRules } from './checks.ts'
import type { Endpoint, EndpointSettings, Wanted } from './endpoint.ts'
import { showEndpoint } from './show.ts'
import { type EndpointChanges, updateEndpoint } from './store/endpoints.ts'
import { deleteSubscriptionsOf, insertSubscriptions } from './store/subscriptions.ts'

/** What changing needs from outside. */
export interface ChangeNeeds extends Audited {
  ids: Ids
  egress: EgressRules
}

/** What is to be different. Left out: as it is. Null: cleared. */
export type EndpointChange = { url?: string | undefined } & {
  [K in Exclude<keyof EndpointSettings, 'url'>]?: EndpointSettings[K] | null | undefined
} & {
  /** Takes the place of all that there are. */
  subscriptions?: readonly Wanted[] | undefined
}

/**
 * @param db a transaction
 * @throws RingbackError `not_found`, `url_invalid`, `url_not_allowed`, `header_not_allowed`, `filter_invalid`,
 * `too_many_subscriptions`
 */
export async function changeEndpoint(
  db: Db,
  { by, ids, egress }: ChangeNeeds,
  tenantId: string,
  id: Id<'endpoint'>,
  { subscriptions, ...settings }: EndpointChange,
): Promise<Endpoint> {
  await bumpConfigVersion(db, tenantId)
  const before = await showEndpoint(db, tenantId, id)
  await updateEndpoint(db, tenantId, id, checkedSettings(egress, settings))
  if (subscriptions) {
    const rows = checkedSubscriptions(subscriptions).map((wanted) => ({
      ...wanted,
      id: ids('subscription'),
      endpointId: id,
    }))
    await deleteSubscriptionsOf(db, tenantId, id)
    await insertSubscriptions(db, tenantId, rows)
  }
  const after = await showEndpoint(db, tenantId, id)
  const changes = changesOf(before, after)
  if (changes) await record(db, by, { action: 'endpoint.updated', tenantId, targetId: id, ...changes })
  return after
}

function checkedSettings(
  egress: EgressRules,
  { url, headers, metadata, ...rest }: Omit<EndpointChange, 'subscriptions'>,
): EndpointChanges {
  return {
    ...rest,
    ...(url !== undefined && { url: checkedUrl(egress, url) }),
    ...(headers !== undefined && { headers: checkedHeaders(egress, headers ?? {}) }),
    ...(metadata !== undefined && { metadata: metadata ?? {} }),
  }
}
