/**
 * Erasing an event: its data, its notes and what receivers answered are gone for good. What is left says that there was
 * one, whom it went to and how that ended, so that nothing is counted otherwise than it was.
 */
import type { Audited } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import type { Id } from '../ids.ts'
import { eraseData } from './store.ts'

/** What erasing needs from outside; each in the caller's transaction, and each says how many. */
export interface EraseEventNeeds extends Audited {
  deliveries: {
    /** Ends what waits to send it. */
    cancelOfEvent(db: Db, tenantId: string, id: Id<'event'>): Promise<number>
  }
  attempts: {
    /** Erases what receivers answered to it. */
    eraseAnswers(db: Db, tenantId: string, id: Id<'event'>): Promise<number>
  }
}

/**
 * Erases an event, or what has come of it since it was erased.
 * @param db a transaction: all or nothing
 * @throws RingbackError `not_found`
 */
export async function eraseEvent(
  db: Db,
  { by, deliveries, attempts }: EraseEventNeeds,
  tenantId: string,
  id: Id<'event'>,
): Promise<void> {
  if (!(await eraseData(db, tenantId, id))) throw notFound('event')
  const after = {
    deliveriesCanceled: await deliveries.cancelOfEvent(db, tenantId, id),
    answersErased: await attempts.eraseAnswers(db, tenantId, id),
  }
  await record(db, by, { action: 'event.erased', tenantId, targetId: id, after })
}
