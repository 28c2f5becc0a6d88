import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { conflict, notFound, type RingbackError } from '../errors.ts'
import { findEvent } from '../events/store.ts'
import type { Id } from '../ids.ts'
import { type DeliveryRow, findDelivery, holdIfOff, lockDelivery, restart } from './store.ts'

/**
 * Retries a delivery by hand: from any state, counted from a fresh schedule, the log kept. Set its alarm after the
 * commit; to an endpoint that is off it is held.
 * @throws RingbackError `not_found`, `endpoint_deleted`, `event_erased`
 */
export async function retryDelivery(
  db: Db,
  { by }: Audited,
  tenantId: string,
  id: Id<'delivery'>,
): Promise<DeliveryRow> {
  const restarted = await db.transaction(async (tx) => {
    const standing = await lockDelivery(tx, tenantId, id)
    const restarted = standing && (await restart(tx, tenantId, id, 'manual'))
    if (!restarted) return undefined
    const states = { before: { status: standing.status }, after: { status: restarted.status } }
    await record(tx, by, { action: 'delivery.retried', tenantId, targetId: id, ...states })
    return restarted
  })
  if (!restarted) throw await whyNot(db, tenantId, id)
  const held = await holdIfOff(db, [id])
  return held.has(id) ? (await findDelivery(db, tenantId, id))! : restarted
}

async function whyNot(db: Db, tenantId: string, id: Id<'delivery'>): Promise<RingbackError> {
  const delivery = await findDelivery(db, tenantId, id)
  if (!delivery) return notFound('delivery')
  const event = await findEvent(db, tenantId, delivery.eventId)
  if (!event?.body)
    return conflict('event_erased', 'The data of this event is gone; there is nothing to send.')
  return conflict(
    'endpoint_deleted',
    'The endpoint of this delivery was deleted; there is nowhere to send it.',
  )
}
