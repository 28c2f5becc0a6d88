/** Subscribing an endpoint to more, to something else, or to less. */
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id, Ids } from '../ids.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import { checkedFilter, refuseTooMany } from './checks.ts'
import type { Wanted } from './endpoint.ts'
import { findEndpoint } from './store/endpoints.ts'
import {
  countSubscriptions,
  deleteSubscription,
  insertSubscriptions,
  type SubscriptionRow,
  updateSubscription,
} from './store/subscriptions.ts'

/**
 * @param db a transaction
 * @throws RingbackError `not_found`, `filter_invalid`, `too_many_subscriptions`
 */
export async function subscribe(
  db: Db,
  { ids }: { ids: Ids },
  tenantId: string,
  endpointId: Id<'endpoint'>,
  { eventTypes, filter }: Wanted,
): Promise<SubscriptionRow> {
  checkedFilter(filter, '')
  // Also the lock under which the count holds.
  await bumpConfigVersion(db, tenantId)
  if (!(await findEndpoint(db, tenantId, endpointId))) throw notFound('endpoint')
  refuseTooMany((await countSubscriptions(db, tenantId, endpointId)) + 1)
  const [row] = await insertSubscriptions(db, tenantId, [
    { id: ids('subscription'), endpointId, eventTypes, filter },
  ])
  return row!
}

/** What is to be different. Left out: as it is. A filter of null is none. */
export interface SubscriptionChange {
  eventTypes?: string[] | undefined
  filter?: unknown
}

/**
 * @param db a transaction
 * @throws RingbackError `not_found`, `filter_invalid`
 */
export async function changeSubscription(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  id: Id<'subscription'>,
  { eventTypes, filter }: SubscriptionChange,
): Promise<SubscriptionRow> {
  await bumpConfigVersion(db, tenantId)
  const row = await updateSubscription(db, tenantId, endpointId, id, {
    ...(eventTypes !== undefined && { eventTypes }),
    ...(filter !== undefined && { filter: checkedFilter(filter, '') }),
  })
  if (!row) throw notFound('subscription')
  return row
}

/**
 * @param db a transaction
 * @throws RingbackError `not_found`
 */
export async function unsubscribe(
  db: Db,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  id: Id<'subscription'>,
): Promise<void> {
  await bumpConfigVersion(db, tenantId)
  if (!(await deleteSubscription(db, tenantId, endpointId, id))) throw notFound('subscription')
}
