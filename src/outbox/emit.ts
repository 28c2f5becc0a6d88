import type { Transaction } from './adapters.ts'
import { identifier } from './schema.ts'

/** An event, as it is left in the outbox. */
export interface OutboxEvent<Type extends string = string, Data = unknown> {
  tenant: string
  type: Type
  data: Data
  /** Your own id for it, unique per tenant: emitted again, it is no other event. */
  id?: string | undefined
  /** When it happened; when it is accepted unless told. */
  occurredAt?: Date | string | undefined
  /** Kept and shown, not delivered. */
  metadata?: Record<string, string> | undefined
}

/** Where it is left. */
export interface OutboxOptions {
  /**
   * The table: `ringback.outbox`, in the database that Ringback itself uses, unless told. In another database it is one that
   * you have made by `outboxSchema()`, and a relay moves what is in it.
   */
  table?: string | undefined
}

/**
 * Emits an event inside a transaction. Committed, it is accepted within moments; rolled back, it never was. What Ringback
 * refuses of it (no such tenant, not by its schema) is known only then: it is kept with its problem.
 * @throws TypeError for what cannot be written as JSON; whatever the database says, which ends the transaction
 * @example await emit(fromPg(client), { tenant: 'acme', type: 'invoice.paid', data: { amount: 1200 } })
 */
export async function emit(
  tx: Transaction,
  event: OutboxEvent,
  { table = 'ringback.outbox' }: OutboxOptions = {},
): Promise<void> {
  const { tenant, type, data, id, occurredAt, metadata } = event
  if (data === undefined) throw new TypeError(`The event ${type} has no data.`)
  const text = JSON.stringify({ type, data, id, occurredAt, metadata })
  // One statement that every driver takes for an INSERT; the news of it leaves with the commit.
  await tx.execute(
    `insert into ${identifier(table)} (tenant_id, event) select $1::text, $2::text from pg_notify('ringback_outbox', '')`,
    [tenant, text],
  )
}
