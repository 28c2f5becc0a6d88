/** Endpoints as they are shown: rows with their subscriptions. */
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import type { Endpoint } from './endpoint.ts'
import { hideHeaders } from './headers.ts'
import { type EndpointRow, findEndpoint } from './store/endpoints.ts'
import { type SubscriptionRow, subscriptionsOf, subscriptionsOfAll } from './store/subscriptions.ts'

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
  return rows.length === 0 ? [] : joined(rows, await subscriptionsOf(db, tenantId, rows.map(idOf)))
}

/** The same for endpoints of many tenants. */
export async function withSubscriptionsOf(db: Db, rows: readonly EndpointRow[]): Promise<Endpoint[]> {
  return rows.length === 0 ? [] : joined(rows, await subscriptionsOfAll(db, rows.map(idOf)))
}

const idOf = ({ id }: EndpointRow) => id

function joined(rows: readonly EndpointRow[], subscriptions: readonly SubscriptionRow[]): Endpoint[] {
  const endpoints = rows.map(
    (row): Endpoint => ({ ...row, headers: hideHeaders(row.headers), subscriptions: [] }),
  )
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
  for (const { endpointId, ...subscription } of subscriptions)
    byId.get(endpointId)!.subscriptions.push(subscription)
  return endpoints
}
