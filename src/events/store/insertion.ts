import { type SQL, sql } from 'drizzle-orm'
import type { NewEvent } from '../store.ts'

/** The statement that stores new events; their deliveries go in with it. */
export function insertionOfEvents(rows: readonly NewEvent[]): SQL {
  const column = (key: keyof NewEvent) => sql.param(rows.map((row) => row[key]))
  return sql`
    insert into ringback.events (id, tenant_id, type, external_id, occurred_at, metadata, body, delivery_count,
      traceparent)
    select * from unnest(
      ${column('id')}::text[], ${column('tenantId')}::text[], ${column('type')}::text[], ${column('externalId')}::text[],
      ${sql.param(rows.map((row) => row.occurredAt?.toISOString() ?? null))}::timestamptz[],
      ${sql.param(rows.map((row) => JSON.stringify(row.metadata)))}::jsonb[],
      ${column('body')}::bytea[], ${column('deliveryCount')}::int[], ${sql.param(rows.map(({ traceparent }) => traceparent ?? null))}::text[])`
}
