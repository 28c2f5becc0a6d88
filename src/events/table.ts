import { index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytes, idColumn, moment, nameColumn, ringback } from '../db/namespace.ts'
import type { Traceparent } from '../trace-context.ts'

/**
 * A row is one thing that happened, as the host told it; it never changes, but its data may be erased. Written by `accept`.
 * Partitioned by id, which is by time: `createdAt` is read from the id.
 */
export const events = ringback.table(
  'events',
  {
    id: idColumn('event', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id').notNull(),
    type: nameColumn('type').notNull(),
    /** The host's own id, when it gave one. */
    externalId: text('external_id'),
    occurredAt: moment('occurred_at'),
    metadata: jsonb().$type<Record<string, string>>().notNull(),
    /** The exact bytes that are signed and sent; null once its data was erased. */
    body: bytes('body'),
    /** When its data was erased: by hand, or by the days that data is kept. */
    erasedAt: moment('erased_at'),
    deliveryCount: integer('delivery_count').notNull(),
    /** The trace that it belongs to, as W3C Trace Context writes it; what is done for it names this as its parent. */
    traceparent: text().$type<Traceparent>(),
  },
  // The list of a tenant's events, newest first.
  (t) => [index('events_tenant').on(t.tenantId, t.id)],
)

/** A row says that a host's own id is taken, and by which event. Written by `accept`; unique across all partitions. */
export const externalIds = ringback.table(
  'external_ids',
  {
    tenantId: nameColumn('tenant_id').notNull(),
    externalId: text('external_id').notNull(),
    eventId: idColumn('event', 'event_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.externalId] })],
)
