import { sql } from 'drizzle-orm'
import { bigint, index, json, text } from 'drizzle-orm/pg-core'
import { moment, nameColumn, ringback } from '../db/namespace.ts'
import type { Refusal } from './handover.ts'

/**
 * A row is an event that a host left here in a transaction of its own, so that it stands if and only if the host's change
 * does. Written by the host (`ringback/outbox`); taken away in the transaction that accepts the event. One that is refused
 * stays, with its problem, until somebody tries it again or discards it.
 *
 * What hosts write is narrow, so that host and server may be of different versions: the tenant, and the text of the event.
 */
export const outbox = ringback.table(
  'outbox',
  {
    /** The order of writing. */
    seq: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: nameColumn('tenant_id').notNull(),
    /** The event as JSON text, as it would be posted. */
    event: text().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    refusedAt: moment('refused_at'),
    problem: json().$type<Refusal>(),
  },
  // What is to be accepted next, however many refused rows lie before it.
  (t) => [index('outbox_waiting').on(t.seq).where(sql`${t.refusedAt} is null`)],
)
