/** Changing what an endpoint is and wants. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id, Ids } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import { changesOf } from './audited.ts'
import { checkedHeaders, checkedSubscriptions, checkedUrl, type EgressRules } from './checks.ts'
import type { Endpoint, EndpointSettings, Wanted } from './endpoint.ts'
import { measurable, type SealedHeaders, sealHeaders } from './headers.ts'
import { withSubscriptions } from './show.ts'
import { type EndpointChanges, lockEndpoint, updateEndpoint } from './store/endpoints.ts'
import { deleteSubscriptionsOf, insertSubscriptions } from './store/subscriptions.ts'

/** What changing needs from outside. */
export interface ChangeNeeds extends Audited {
  ids: Ids
  keyring: Pick<Keyring, 'seal'>
  egress: EgressRules
}

/**
 * What is to be different. Left out: as it is. Null: cleared. Headers take the place of all that there are; a value of
 * `HIDDEN_VALUE` is the one that the header has.
 */
export type EndpointChange = { url?: string | undefined } & {
  [K in Exclude<keyof EndpointSettings, 'url'>]?: EndpointSettings[K] | null | undefined
} & {
  /** Takes the place of all that there are. */
  subscriptions?: readonly Wanted[] | undefined
}

/**
 * @param db a transaction
 * @throws RingbackError `not_found`, `url_invalid`, `url_not_allowed`, `header_not_allowed`, `filter_invalid`,
 * `header_value_missing`, `too_many_subscriptions`
 */
export async function changeEndpoint(
  db: Db,
  { by, ids, keyring, egress }: ChangeNeeds,
  tenantId: string,
  id: Id<'endpoint'>,
  { subscriptions, headers, ...settings }: EndpointChange,
): Promise<Endpoint> {
  await bumpConfigVersion(db, tenantId)
  const standing = await lockEndpoint(db, tenantId, id)
  if (!standing) throw notFound('endpoint')
  const [before] = await withSubscriptions(db, tenantId, [standing])
  const sealed = headers === undefined ? standing.headers : anew(headers ?? {})
  const changed = await updateEndpoint(db, tenantId, id, {
    ...checkedSettings(egress, settings),
    ...(headers !== undefined && { headers: sealed }),
  })
  if (subscriptions) {
    const rows = checkedSubscriptions(subscriptions).map((wanted) => ({
      ...wanted,
      id: ids('subscription'),
      endpointId: id,
    }))
    await deleteSubscriptionsOf(db, tenantId, id)
    await insertSubscriptions(db, tenantId, rows)
  }
  const [after] = await withSubscriptions(db, tenantId, [changed!])
  const changes = changesOf({ ...before!, headers: standing.headers }, { ...after!, headers: sealed })
  if (changes) await record(db, by, { action: 'endpoint.updated', tenantId, targetId: id, ...changes })
  return after!

  function anew(wanted: Record<string, string>): SealedHeaders {
    checkedHeaders(egress, measurable(wanted, standing!.headers))
    return sealHeaders(keyring, id, wanted, standing!.headers)
  }
}

function checkedSettings(
  egress: EgressRules,
  { url, metadata, ...rest }: Omit<EndpointChange, 'subscriptions' | 'headers'>,
): EndpointChanges {
  return {
    ...rest,
    ...(url !== undefined && { url: checkedUrl(egress, url) }),
    ...(metadata !== undefined && { metadata: metadata ?? {} }),
  }
}
