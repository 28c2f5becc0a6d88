/** Putting an event type into the catalogue, or changing what it says there. */
import { type Audited, difference } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import { lockName } from '../db/name-lock.ts'
import type { Db } from '../db/open.ts'
import { auditedEventType } from './audited.ts'
import type { EventType, EventTypeChange } from './event-type.ts'
import { compileSchema } from './schema.ts'
import { findEventType, upsertEventType } from './store.ts'

/**
 * @param db a transaction
 * @param name as `isEventTypeName` takes it
 * @throws RingbackError `schema_invalid`: a schema that could not be used when an event comes is not kept
 */
export async function defineEventType(
  db: Db,
  { by }: Audited,
  name: string,
  change: EventTypeChange,
): Promise<{ eventType: EventType; created: boolean }> {
  if (change.schema !== undefined && change.schema !== null) compileSchema(change.schema)
  await lockName(db, 'event type', name)
  const standing = await findEventType(db, name)
  const { eventType, created } = await upsertEventType(db, name, change)

  const deed = { tenantId: null, targetId: name }
  const after = auditedEventType(eventType)
  const changed = standing && difference(auditedEventType(standing), after)
  if (!standing) await record(db, by, { ...deed, action: 'event_type.created', after })
  else if (changed) await record(db, by, { ...deed, action: 'event_type.updated', ...changed })
  return { eventType, created }
}
