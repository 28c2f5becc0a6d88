import type { EventType } from './event-type.ts'

/** What the audit log keeps of an event type. */
export function auditedEventType(eventType: EventType): Omit<EventType, 'name' | 'createdAt' | 'updatedAt'> {
  const { description, schema, schemaMode, example, deprecated, archivedAt } = eventType
  return { description, schema, schemaMode, example, deprecated, archivedAt }
}
