import { sql } from 'drizzle-orm'
import { bigint, integer, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { moment, nameColumn, ringback } from '../db/namespace.ts'
import type { RetryPolicy } from '../retry/policy.ts'
import type { Retention } from './tenant.ts'

/** A row is a customer of the host application. Written by the API; `configVersion` by every change to its endpoints. */
export const tenants = ringback.table('tenants', {
  id: nameColumn('id').primaryKey(),
  name: text(),
  metadata: jsonb().$type<Record<string, string>>().notNull().default({}),
  retry: jsonb().$type<RetryPolicy>(),
  timeoutMs: integer('timeout_ms'),
  /** Null: as the instance's. */
  retention: jsonb().$type<Retention>(),
  /**
   * Grows with each change to the tenant's endpoints or subscriptions; what a process has cached of them is good while
   * it stands. It begins at the time, so that a tenant deleted and made again never comes to a number it had before.
   */
  configVersion: bigint('config_version', { mode: 'number' })
    .notNull()
    .default(sql`(extract(epoch from clock_timestamp()) * 1000000)::bigint`),
  /**
   * This tenant and no other: one that is deleted and made again under the same id has another. What was given out for
   * the first opens nothing of the second.
   */
  incarnation: uuid().notNull().defaultRandom(),
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
})

/**
 * A row is a tenant that was deleted to be erased, with all that was its until then. Written with the deletion; taken away
 * when nothing is left. No foreign key: the tenant is gone, and another may stand under its id.
 */
export const erasures = ringback.table(
  'erasures',
  {
    tenantId: nameColumn('tenant_id').notNull(),
    requestedAt: moment('requested_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.requestedAt] })],
)
