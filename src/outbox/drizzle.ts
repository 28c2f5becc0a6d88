/** The table of an outbox for Drizzle, so that its migrations make it: `import { ringbackOutbox } from 'ringback/outbox/drizzle'`. */
import { sql } from 'drizzle-orm'
import { bigint, index, json, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** The same as `outboxSchema()` makes. */
export const ringbackOutbox = pgTable(
  'ringback_outbox',
  {
    seq: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    key: uuid().notNull().defaultRandom(),
    tenantId: text('tenant_id').notNull(),
    event: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    refusedAt: timestamp('refused_at', { withTimezone: true }),
    problem: json(),
  },
  (t) => [index('ringback_outbox_waiting').on(t.seq).where(sql`${t.refusedAt} is null`)],
)
