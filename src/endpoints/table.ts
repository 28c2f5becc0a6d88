import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { bytes, idColumn, moment, nameColumn, ringback } from '../db/namespace.ts'
import type { RetryPolicy } from '../retry/policy.ts'
import { tenants } from '../tenants/table.ts'
import type { DisabledReason, EndpointStatus } from './endpoint.ts'
import type { SealedHeaders } from './headers.ts'

/** A row is a registered callback URL. Written by the API; its health by the settlement of attempts that change it. */
export const endpoints = ringback.table(
  'endpoints',
  {
    id: idColumn('endpoint', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    url: text().notNull(),
    description: text(),
    /** By name; each value sealed with the master key, bound to this row's id and the name. */
    headers: jsonb().$type<SealedHeaders>().notNull().default({}),
    retry: jsonb().$type<RetryPolicy>(),
    timeoutMs: integer('timeout_ms'),
    maxInFlight: integer('max_in_flight'),
    ratePerSecond: integer('rate_per_second'),
    metadata: jsonb().$type<Record<string, string>>().notNull().default({}),
    status: text().$type<EndpointStatus>().notNull().default('active'),
    disabledReason: text('disabled_reason').$type<DisabledReason>(),
    disabledAt: moment('disabled_at'),
    /** The first failure since the last success; null while all is well. */
    failingSince: moment('failing_since'),
    /** Failed attempts since then. */
    failedAttempts: integer('failed_attempts').notNull().default(0),
    /** Since when its circuit is open: what waits for it is held, and one at a time is let through to probe. Null: closed. */
    circuitOpenedAt: moment('circuit_opened_at'),
    /** Probes that failed since then. */
    probes: integer().notNull().default(0),
    /** When the next one is due. */
    probeAt: moment('probe_at'),
    /** The delivery that probes now. */
    probeDeliveryId: idColumn('delivery', 'probe_delivery_id'),
    /** With a rate limit: when the next attempt's turn is, to the microsecond. */
    nextTurnAt: timestamp('next_turn_at', { withTimezone: true }),
    /** When it was last let go on, by a person or by a probe: its places grow from then. */
    resumedAt: moment('resumed_at'),
    /** Since when what waits for it follows its switches, page by page; null: all of it stands as the endpoint does. */
    followingSince: moment('following_since'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (t) => [
    // The list of a tenant's endpoints, newest first; all of a tenant's endpoints, to match an event. Unique, so that what
    // belongs to an endpoint can refer to it together with its owner.
    unique('endpoints_tenant').on(t.tenantId, t.id),
    // Which open circuits are to be probed now.
    index('endpoints_probe').on(t.probeAt).where(sql`${t.probeAt} is not null`),
    // Which are followed still by what waits for them.
    index('endpoints_following').on(t.id).where(sql`${t.followingSince} is not null`),
  ],
)

/** A row is what an endpoint wants. Written by the API. */
export const subscriptions = ringback.table(
  'subscriptions',
  {
    id: idColumn('subscription', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id').notNull(),
    endpointId: idColumn('endpoint', 'endpoint_id').notNull(),
    eventTypes: text('event_types').array().notNull(),
    filter: json().$type<unknown>(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    ofEndpoint('subscriptions_owner', t),
    // All subscriptions of a tenant, to match an event; those of one endpoint, to list them.
    index('subscriptions_tenant').on(t.tenantId, t.endpointId, t.id),
  ],
)

/** A row is a signing secret, sealed with the master key and bound to the row's id. Written by the API. */
export const endpointSecrets = ringback.table(
  'endpoint_secrets',
  {
    id: idColumn('secret', 'id').primaryKey(),
    tenantId: nameColumn('tenant_id').notNull(),
    endpointId: idColumn('endpoint', 'endpoint_id').notNull(),
    sealed: bytes('sealed').notNull(),
    /** Null for the current one; a rotated one signs beside it until then. */
    expiresAt: moment('expires_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    ofEndpoint('endpoint_secrets_owner', t),
    // The live secrets of some endpoints, to sign.
    index('endpoint_secrets_endpoint').on(t.endpointId, t.id),
  ],
)

/** What belongs to an endpoint belongs to its tenant: Postgres takes no row that says otherwise, and removes it with both. */
function ofEndpoint(
  name: string,
  { tenantId, endpointId }: { tenantId: AnyPgColumn; endpointId: AnyPgColumn },
) {
  return foreignKey({
    name,
    columns: [tenantId, endpointId],
    foreignColumns: [endpoints.tenantId, endpoints.id],
  }).onDelete('cascade')
}
