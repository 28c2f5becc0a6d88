import { bigint, integer, jsonb, text } from 'drizzle-orm/pg-core'
import { moment, nameColumn, ringback } from '../db/namespace.ts'
import type { RetryPolicy } from '../retry/policy.ts'

/** A row is a customer of the host application. Written by the API; `configVersion` by every change to its endpoints. */
export const tenants = ringback.table('tenants', {
  id: nameColumn('id').primaryKey(),
  name: text(),
  metadata: jsonb().$type<Record<string, string>>().notNull().default({}),
  retry: jsonb().$type<RetryPolicy>(),
  timeoutMs: integer('timeout_ms'),
  /** Grows with each change to the tenant's endpoints or subscriptions; what a process has cached of them is good while it stands. */
  configVersion: bigint('config_version', { mode: 'number' }).notNull().default(0),
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
})
