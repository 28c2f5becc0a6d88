import { type SQL, sql } from 'drizzle-orm'
import type { NewEvent } from '../store.ts'

/**
 * The statement that stores new events; their deliveries go in with it. Bodies travel as one value, which goes as bytes, and
 * are cut apart there: in an array each would be written out as text, twice as long, here and read back there.
 */
export function insertionOfEvents(rows: readonly NewEvent[]): SQL {
  const column = (key: keyof NewEvent) => sql.param(rows.map((row) => row[key]))
  const bodies = rows.map(({ body }) => body)
  const [starts, lengths] = [startsOf(bodies), bodies.map(({ length }) => length)]
  return sql`
    insert into ringback.events (id, tenant_id, type, external_id, occurred_at, metadata, body, delivery_count,
      traceparent)
    select id, tenant_id, type, external_id, occurred_at, metadata,
      substring(${Buffer.concat(bodies)}::bytea from starts for length), delivery_count, traceparent
    from unnest(
      ${column('id')}::text[], ${column('tenantId')}::text[], ${column('type')}::text[], ${column('externalId')}::text[],
      ${sql.param(rows.map((row) => row.occurredAt?.toISOString() ?? null))}::timestamptz[],
      ${sql.param(rows.map((row) => JSON.stringify(row.metadata)))}::jsonb[],
      ${sql.param(starts)}::int[], ${sql.param(lengths)}::int[], ${column('deliveryCount')}::int[],
      ${sql.param(rows.map(({ traceparent }) => traceparent ?? null))}::text[]
    ) as new (id, tenant_id, type, external_id, occurred_at, metadata, starts, length, delivery_count, traceparent)`
}

/** Where each begins when they stand one behind the other, as SQL counts: from 1. */
function startsOf(bodies: readonly Buffer[]): number[] {
  let next = 1
  return bodies.map(({ length }) => {
    const start = next
    next += length
    return start
  })
}
