import { boolean, index, integer, json, text } from 'drizzle-orm/pg-core'
import { bytes, idColumn, nameColumn, ringback } from '../db/namespace.ts'
import type { Trigger } from '../deliveries/delivery.ts'
import type { AttemptError, Timings } from './attempt.ts'

/**
 * A row is one HTTP request and what came back; it never changes. Written by the settlement of attempts, in the same
 * transaction as the delivery's new state, so (delivery, number) is unique by the fence.
 * Partitioned by id, which is by time: `startedAt` is read from the id.
 */
export const attempts = ringback.table(
  'attempts',
  {
    id: idColumn('attempt', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id').notNull(),
    deliveryId: idColumn('delivery', 'delivery_id').notNull(),
    endpointId: idColumn('endpoint', 'endpoint_id').notNull(),
    number: integer().notNull(),
    trigger: text().$type<Trigger>().notNull(),
    durationMs: integer('duration_ms').notNull(),
    succeeded: boolean().notNull(),
    error: text().$type<AttemptError>(),
    /** The particular of the error, e.g. `CERT_HAS_EXPIRED`. */
    detail: text(),
    requestUrl: text('request_url').notNull(),
    /** As sent, the signature and the endpoint's own redacted. */
    requestHeaders: json('request_headers').$type<Record<string, string>>().notNull(),
    /** Null when no answer came. */
    responseStatus: integer('response_status'),
    responseHeaders: json('response_headers').$type<Record<string, string | string[]>>(),
    /** The first 16 KiB, as they came. */
    responseBody: bytes('response_body'),
    responseTruncated: boolean('response_truncated'),
    timings: json().$type<Timings>().notNull(),
    remoteAddress: text('remote_address'),
    /** The trace that it belongs to, 32 characters of hexadecimal; null: the event came without one. */
    traceId: text('trace_id'),
  },
  // The log of a delivery, oldest first.
  (t) => [index('attempts_delivery').on(t.deliveryId, t.number)],
)
