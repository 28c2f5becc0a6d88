/** Registering a callback URL. */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import type { Ids } from '../ids.ts'
import type { Keyring } from '../sealing/keyring.ts'
import { newSecret } from '../signing/secret.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import { auditedEndpoint } from './audited.ts'
import {
  checkedHeaders,
  checkedSecret,
  checkedSubscriptions,
  checkedUrl,
  type EgressRules,
  refuseBeyond,
} from './checks.ts'
import type { Endpoint, EndpointSettings, Wanted } from './endpoint.ts'
import { sealHeaders } from './headers.ts'
import { addSecret } from './secrets.ts'
import { showEndpoint } from './show.ts'
import { countEndpoints, insertEndpoint } from './store/endpoints.ts'
import { insertSubscriptions } from './store/subscriptions.ts'

/** What registering needs from outside. */
export interface RegisterNeeds extends Audited {
  ids: Ids
  keyring: Pick<Keyring, 'seal'>
  egress: EgressRules
  /** How many endpoints a tenant may have. */
  most: number
}

/** What somebody says of a new endpoint; all but the URL may be left out. */
export type Registration = Pick<EndpointSettings, 'url'> & {
  [K in Exclude<keyof EndpointSettings, 'url'>]?: EndpointSettings[K] | null | undefined
} & {
  /** Left out: everything. An empty list: nothing. */
  subscriptions?: readonly Wanted[] | undefined
  /** Brought along from another sender; else a new one is made. */
  secret?: string | undefined
}

const EVERYTHING: readonly Wanted[] = [{ eventTypes: ['*'], filter: null }]

/**
 * Registers an endpoint; it gets what is accepted from its commit on.
 * @param db a transaction
 * @returns the endpoint, and its secret to be shown this once
 * @throws RingbackError `not_found` (no such tenant), `url_invalid`, `url_not_allowed`, `header_not_allowed`,
 * `header_value_missing`, `secret_invalid`, `filter_invalid`, `too_many_subscriptions`, `too_many_endpoints`
 */
export async function registerEndpoint(
  db: Db,
  needs: RegisterNeeds,
  tenantId: string,
  registration: Registration,
): Promise<{ endpoint: Endpoint; secret: string }> {
  // Also the lock under which the count holds.
  await bumpConfigVersion(db, tenantId)
  refuseBeyond(needs.most, (await countEndpoints(db, tenantId)) + 1)
  const { subscriptions = EVERYTHING, secret = newSecret(), ...settings } = registration
  const wanted = checkedSubscriptions(subscriptions)
  checkedSecret(secret)

  const id = needs.ids('endpoint')
  await insertEndpoint(db, tenantId, {
    ...settings,
    id,
    url: checkedUrl(needs.egress, settings.url),
    headers: sealHeaders(needs.keyring, id, checkedHeaders(needs.egress, settings.headers ?? {})),
    metadata: settings.metadata ?? {},
  })
  await insertSubscriptions(
    db,
    tenantId,
    wanted.map((one) => ({ ...one, id: needs.ids('subscription'), endpointId: id })),
  )
  await addSecret(db, needs, tenantId, id, secret)
  const endpoint = await showEndpoint(db, tenantId, id)
  const after = auditedEndpoint(endpoint)
  await record(db, needs.by, { action: 'endpoint.created', tenantId, targetId: id, after })
  return { endpoint, secret }
}
