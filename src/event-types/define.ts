/** Putting an event type into the catalogue, or changing what it says there. */
import type { Db } from '../db/open.ts'
import type { EventType, EventTypeChange } from './event-type.ts'
import { compileSchema } from './schema.ts'
import { upsertEventType } from './store.ts'

/**
 * @param name as `isEventTypeName` takes it
 * @throws RingbackError `schema_invalid`: a schema that could not be used when an event comes is not kept
 */
export async function defineEventType(
  db: Db,
  name: string,
  change: EventTypeChange,
): Promise<{ eventType: EventType; created: boolean }> {
  if (change.schema !== undefined && change.schema !== null) compileSchema(change.schema)
  return upsertEventType(db, name, change)
}
