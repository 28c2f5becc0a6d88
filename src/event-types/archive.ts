/** Taking an event type out of the catalogue. */
import { type Audited, difference } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import { lockName } from '../db/name-lock.ts'
import type { Db } from '../db/open.ts'
import { notFound } from '../errors.ts'
import { auditedEventType } from './audited.ts'
import { findEventType, setArchived } from './store.ts'

/**
 * One that is out already stays as it is.
 * @param db a transaction
 * @throws RingbackError `not_found`
 */
export async function archiveEventType(db: Db, { by }: Audited, name: string): Promise<void> {
  await lockName(db, 'event type', name)
  const standing = await findEventType(db, name)
  if (!standing) throw notFound('event type')
  if (standing.archivedAt) return

  await setArchived(db, name)
  const archived = (await findEventType(db, name))!
  await record(db, by, {
    action: 'event_type.archived',
    tenantId: null,
    targetId: name,
    ...difference(auditedEventType(standing), auditedEventType(archived)),
  })
}
