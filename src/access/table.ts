import { index, integer, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytes, moment, ringback } from '../db/namespace.ts'

/**
 * A row is the answer to a request that carried an `Idempotency-Key`, kept for 24 hours. Written in the same
 * transaction as what the request created, so that a crash leaves both or neither.
 */
export const idempotencyKeys = ringback.table(
  'idempotency_keys',
  {
    /** Whose key it is: two callers may use the same one. */
    owner: text().notNull(),
    key: text().notNull(),
    /** SHA-256 over method, path and body: the same key with another request is refused. */
    fingerprint: bytes('fingerprint').notNull(),
    status: integer().notNull(),
    /** The first answer's body, sealed: it may hold a secret that is shown this once. */
    body: bytes('body').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.owner, t.key] }),
    // The removal of old keys.
    index('idempotency_keys_created').on(t.createdAt),
  ],
)
