import type { Db } from '../db/open.ts'
import { conflict, notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import { cancel, type DeliveryRow, findDelivery } from './store.ts'

/**
 * Cancels a delivery that waits. An attempt already on the wire is not called back; it is logged, and changes nothing.
 * @throws RingbackError `not_found`, `delivery_final`
 */
export async function cancelDelivery(db: Db, tenantId: string, id: Id<'delivery'>): Promise<DeliveryRow> {
  const canceled = await cancel(db, tenantId, id)
  if (canceled) return canceled
  const standing = await findDelivery(db, tenantId, id)
  if (!standing) throw notFound('delivery')
  throw conflict('delivery_final', `The delivery is ${standing.status}; there is nothing left to cancel.`)
}
