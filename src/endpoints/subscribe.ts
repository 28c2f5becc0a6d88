/** Subscribing an endpoint to more, to something else, or to less. */
import { type Audited, difference } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id, Ids } from '../ids.ts'
import { bumpConfigVersion } from '../tenants/store.ts'
import { auditedSubscription } from './audited.ts'
import { checkedFilter, refuseTooMany } from './checks.ts'
import type { Wanted } from './endpoint.ts'
import { findEndpoint } from './store/endpoints.ts'
import {
  countSubscriptions,
  deleteSubscription,
  findSubscription,
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
  { by, ids }: Audited & { ids: Ids },
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
  await record(db, by, {
    action: 'subscription.created',
    tenantId,
    targetId: row!.id,
    after: { endpointId, ...auditedSubscription(row!) },
  })
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
  { by }: Audited,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  id: Id<'subscription'>,
  { eventTypes, filter }: SubscriptionChange,
): Promise<SubscriptionRow> {
  await bumpConfigVersion(db, tenantId)
  const standing = await findSubscription(db, tenantId, endpointId, id)
  const row = await updateSubscription(db, tenantId, endpointId, id, {
    ...(eventTypes !== undefined && { eventTypes }),
    ...(filter !== undefined && { filter: checkedFilter(filter, '') }),
  })
  if (!standing || !row) throw notFound('subscription')
  const changes = difference(auditedSubscription(standing), auditedSubscription(row))
  if (changes) await record(db, by, { action: 'subscription.updated', tenantId, targetId: id, ...changes })
  return row
}

/**
 * @param db a transaction
 * @throws RingbackError `not_found`
 */
export async function unsubscribe(
  db: Db,
  { by }: Audited,
  tenantId: string,
  endpointId: Id<'endpoint'>,
  id: Id<'subscription'>,
): Promise<void> {
  await bumpConfigVersion(db, tenantId)
  const standing = await findSubscription(db, tenantId, endpointId, id)
  if (!standing) throw notFound('subscription')
  await deleteSubscription(db, tenantId, endpointId, id)
  const before = { endpointId, ...auditedSubscription(standing) }
  await record(db, by, { action: 'subscription.deleted', tenantId, targetId: id, before })
}
