import { sql } from 'drizzle-orm'
import { givenRows } from '../../db/given-rows.ts'
import type { Statement } from '../../db/statement.ts'
import type { NewEvent } from '../store.ts'

/** A new event, and where its body stands among all. */
interface Placed extends NewEvent {
  /** As SQL counts: from 1. */
  start: number
}

const NEW = givenRows<Placed>('new', {
  id: ['text', ({ id }) => id],
  tenant_id: ['text', ({ tenantId }) => tenantId],
  type: ['text', ({ type }) => type],
  external_id: ['text', ({ externalId }) => externalId],
  occurred_at: ['timestamptz', ({ occurredAt }) => occurredAt?.toISOString() ?? null],
  metadata: ['jsonb', ({ metadata }) => JSON.stringify(metadata)],
  start: ['int', ({ start }) => start],
  length: ['int', ({ body }) => body.length],
  delivery_count: ['int', ({ deliveryCount }) => deliveryCount],
  traceparent: ['text', ({ traceparent }) => traceparent ?? null],
})

const INSERTION = sql`
  insert into ringback.events (id, tenant_id, type, external_id, occurred_at, metadata, body, delivery_count,
    traceparent)
  select id, tenant_id, type, external_id, occurred_at, metadata,
    substring(${sql.placeholder('bodies')}::bytea from start for length), delivery_count, traceparent
  from ${NEW.table}`

/**
 * The statement that stores new events; their deliveries go in with it. The bodies go to Postgres as one value, in binary, and are
 * cut apart by it: in an array each would be written as hexadecimal text, twice as long, and parsed again.
 */
export const insertionOfEvents = (rows: readonly NewEvent[]): Statement => ({
  text: INSERTION,
  values: { ...NEW.values(placed(rows)), bodies: Buffer.concat(rows.map(({ body }) => body)) },
})

/** Their bodies stand one behind the other. */
function placed(rows: readonly NewEvent[]): Placed[] {
  let next = 1
  return rows.map((row) => {
    const start = next
    next += row.body.length
    return { ...row, start }
  })
}
