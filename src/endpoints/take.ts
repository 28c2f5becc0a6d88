import type { Db } from '../db/open.ts'
import type { Id } from '../ids.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import type { Endpoint } from './endpoint.ts'
import { showEndpoint } from './show.ts'

/**
 * Takes an endpoint in hand, to be switched on or off: nobody else switches it until the transaction ends, and what is
 * cached of it is stale.
 * @throws RingbackError `not_found`
 */
export async function takeEndpoint(db: Db, tenantId: string, id: Id<'endpoint'>): Promise<Endpoint> {
  await bumpConfigVersion(db, tenantId)
  return showEndpoint(db, tenantId, id)
}
