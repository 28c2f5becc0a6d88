import { bigint, boolean, index, integer, primaryKey, text, varchar } from 'drizzle-orm/pg-core'
import { bytes, idColumn, moment, nameColumn, ringback } from '../db/namespace.ts'
import { tenants } from '../tenants/table.ts'
import type { Scope } from './caller.ts'

/**
 * A row is a key that was given to somebody. Written by the API; `lastUsedAt` by the processes that the key is sent to.
 * A key that is revoked is gone, and so are those of a tenant that is.
 */
export const apiKeys = ringback.table(
  'api_keys',
  {
    id: idColumn('apiKey', 'id').primaryKey(),
    name: text().notNull(),
    scopes: text().array().$type<Scope[]>().notNull(),
    /** The one tenant whose part it opens; null: all. */
    tenantId: nameColumn('tenant_id').references(() => tenants.id, { onDelete: 'cascade' }),
    /** SHA-256 of the key's text: its secret has 256 random bits, so there is nothing to guess and nothing to slow down. */
    hash: bytes('hash').notNull(),
    expiresAt: moment('expires_at'),
    /** To the minute. */
    lastUsedAt: moment('last_used_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  // The removal of a tenant.
  (t) => [index('api_keys_tenant').on(t.tenantId)],
)

/**
 * A row is a link into one tenant's part that was given out and still stands. Written by the API. A session that is
 * revoked is gone, and so are those of a tenant that is; an expired one goes when its tenant gets another.
 */
export const portalSessions = ringback.table(
  'portal_sessions',
  {
    id: idColumn('portalSession', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** Whether it may look alone. */
    readOnly: boolean('read_only').notNull(),
    expiresAt: moment('expires_at').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  // The list of a tenant's sessions, newest first; the removal of a tenant.
  (t) => [index('portal_sessions_tenant').on(t.tenantId, t.id)],
)

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

/**
 * A row is how much was asked within one window of a rate limit: where there is no Redis. Written by the processes that
 * take requests, and read by nobody else. Its form is that of rate-limiter-flexible, which writes it and removes what is
 * an hour old. UNLOGGED, which the migration says by hand: a count is not worth an fsync, and a crash may lose it.
 */
export const rateLimits = ringback.table('rate_limits', {
  key: varchar({ length: 255 }).primaryKey(),
  points: integer().notNull().default(0),
  /** Milliseconds since the epoch. */
  expire: bigint({ mode: 'number' }),
})
