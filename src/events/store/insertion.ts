import { type SQL, sql } from 'drizzle-orm'
import type { NewEvent } from '../store.ts'

/**
 * The statement that stores new events; their deliveries go in with it. The bodies go to Postgres as one value, in binary, and are
 * cut apart by it: in an array each would be written as hexadecimal text, twice as long, and parsed again.
 */
export function insertionOfEvents(rows: readonly NewEvent[]): SQL {
  const column = (key: Exclude<keyof NewEvent, 'body'>) => sql.param(rows.map((row) => row[key]))
  const bodies = rows.map(({ body }) => body)
  const length = bodies.map((body) => body.length)
  return sql`
    insert into ringback.events (id, tenant_id, type, external_id, occurred_at, metadata, body, delivery_count,
      traceparent)
    select id, tenant_id, type, external_id, occurred_at, metadata,
      substring(${Buffer.concat(bodies)}::bytea from start for length), delivery_count, traceparent
    from unnest(
      ${column('id')}::text[], ${column('tenantId')}::text[], ${column('type')}::text[], ${column('externalId')}::text[],
      ${sql.param(rows.map((row) => row.occurredAt?.toISOString() ?? null))}::timestamptz[],
      ${sql.param(rows.map((row) => JSON.stringify(row.metadata)))}::jsonb[],
      ${sql.param(startsOf(bodies))}::int[], ${sql.param(length)}::int[], ${column('deliveryCount')}::int[],
      ${sql.param(rows.map(({ traceparent }) => traceparent ?? null))}::text[]
    ) as new (id, tenant_id, type, external_id, occurred_at, metadata, start, length, delivery_count, traceparent)`
}

/** Where each begins when they stand one behind the other, as SQL counts: from 1. */
function startsOf(bodies: readonly Buffer[]): number[] {
  const starts: number[] = []
  let next = 1
  for (const body of bodies) {
    starts.push(next)
    next += body.length
  }
  return starts
}
