import { sql } from 'drizzle-orm'
import { boolean, index, integer, text } from 'drizzle-orm/pg-core'
import { idColumn, moment, nameColumn, ringback } from '../db/namespace.ts'
import type { RecoverableStatus } from '../deliveries/store.ts'
import { tenants } from '../tenants/table.ts'
import type { RecoveryStatus } from './recovery.ts'

/**
 * A row is a bulk retry: what it wants, how fast, how far it has come. Written by the API (begin, pause, resume, cancel)
 * and by the duty that moves it on; its cursors are here, so it survives every restart.
 */
export const recoveries = ringback.table(
  'recoveries',
  {
    id: idColumn('recovery', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    status: text().$type<RecoveryStatus>().notNull().default('running'),
    endpointId: idColumn('endpoint', 'endpoint_id'),
    statuses: text().array().$type<RecoverableStatus[]>().notNull(),
    eventType: nameColumn('event_type'),
    /** Of the creation of deliveries, and of events never sent: from then, inclusive. */
    after: moment('after').notNull(),
    /** Until then, exclusive. */
    before: moment('before').notNull(),
    includeUnsent: boolean('include_unsent').notNull(),
    perSecond: integer('per_second').notNull(),
    /** What it was counted to match when it began. */
    matched: integer().notNull(),
    /** Set going so far. */
    restarted: integer().notNull().default(0),
    /** The last delivery looked at; null: none yet. */
    deliveryCursor: idColumn('delivery', 'delivery_cursor'),
    /** The last event looked at for what was never sent; null: none yet. */
    eventCursor: idColumn('event', 'event_cursor'),
    /** All it matched has been set going. */
    exhaustedAt: moment('exhausted_at'),
    finishedAt: moment('finished_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    // The list of a tenant's recoveries, newest first.
    index('recoveries_tenant').on(t.tenantId, t.id),
    // Those that run, of all tenants to move them on, of one to count them: few beside those that have ended.
    index('recoveries_running').on(t.tenantId, t.id).where(sql`${t.status} = 'running'`),
  ],
)
