/** Endpoints as they are shown: rows with their subscriptions. */
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import type { Endpoint } from './endpoint.ts'
import { hideHeaders } from './headers.ts'
import { type EndpointRow, findEndpoint } from './store/endpoints.ts'
import { subscriptionsOf } from './store/subscriptions.ts'

/** @throws RingbackError `not_found` */
export async function showEndpoint(db: Db, tenantId: string, id: Id<'endpoint'>): Promise<Endpoint> {
  const row = await findEndpoint(db, tenantId, id)
  if (!row) throw notFound('endpoint')
  const [endpoint] = await withSubscriptions(db, tenantId, [row])
  return endpoint!
}

/** Adds their subscriptions to some endpoints of a tenant, in one round trip. */
export async function withSubscriptions(
  db: Db,
  tenantId: string,
  rows: readonly EndpointRow[],
): Promise<Endpoint[]> {
  if (rows.length === 0) return []
  const subscriptions = await subscriptionsOf(
    db,
    tenantId,
    rows.map(({ id }) => id),
  )
  const endpoints = rows.map(
    (row): Endpoint => ({ ...row, headers: hideHeaders(row.headers), subscriptions: [] }),
  )
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
  for (const { endpointId, ...subscription } of subscriptions)
    byId.get(endpointId)!.subscriptions.push(subscription)
  return endpoints
}
