import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { conflict, notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import { cancel, type DeliveryRow, lockDelivery } from './store.ts'

/**
 * Cancels a delivery that waits. An attempt already on the wire is not called back; it is logged, and changes nothing.
 * @throws RingbackError `not_found`, `delivery_final`
 */
export async function cancelDelivery(
  db: Db,
  { by }: Audited,
  tenantId: string,
  id: Id<'delivery'>,
): Promise<DeliveryRow> {
  return db.transaction(async (tx) => {
    const standing = await lockDelivery(tx, tenantId, id)
    if (!standing) throw notFound('delivery')
    const canceled = await cancel(tx, tenantId, id)
    if (!canceled)
      throw conflict('delivery_final', `The delivery is ${standing.status}; there is nothing left to cancel.`)
    const states = { before: { status: standing.status }, after: { status: canceled.status } }
    await record(tx, by, { action: 'delivery.canceled', tenantId, targetId: id, ...states })
    return canceled
  })
}
