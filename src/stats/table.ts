import { sql } from 'drizzle-orm'
import { index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment, nameColumn, ringback } from '../db/namespace.ts'

/** The length of time that a row sums up. */
export type Span = 'minute' | 'hour'

/** Numbers by name: of errors, of status codes, of buckets of latency. */
export type Counts = Record<string, number>

/**
 * A row sums up a minute or an hour: of an endpoint, of a tenant (with an empty endpoint), or of all tenants but the
 * operator's own (with both empty). Written by the duty that rolls attempts up, anew while its minute may still change;
 * it outlives the attempts.
 */
export const stats = ringback.table(
  'stats',
  {
    span: text().$type<Span>().notNull(),
    tenantId: nameColumn('tenant_id').notNull(),
    endpointId: nameColumn('endpoint_id').notNull(),
    /** When it begins. */
    at: moment('at').notNull(),
    /** Attempts that began in it. */
    attempts: integer().notNull(),
    succeeded: integer().notNull(),
    /** Events accepted; of an endpoint, those that were for it. */
    events: integer().notNull(),
    /** Deliveries that failed for good, and that were canceled. */
    failed: integer().notNull(),
    canceled: integer().notNull(),
    errors: jsonb().$type<Counts>().notNull(),
    statuses: jsonb().$type<Counts>().notNull(),
    /** How long attempts took: see `histogram.ts`. */
    latency: jsonb().$type<Counts>().notNull(),
  },
  (t) => [
    // The rows of one endpoint, tenant or all, in a window.
    primaryKey({ columns: [t.span, t.tenantId, t.endpointId, t.at] }),
    // The removal of old ones, and the minutes of an hour.
    index('stats_at').on(t.span, t.at),
  ],
)

/** A row says up to where something has been rolled up. Written by the duty that does so. */
export const statsProgress = ringback.table('stats_progress', {
  name: text().primaryKey(),
  until: moment('until').notNull().default(sql`now()`),
})
