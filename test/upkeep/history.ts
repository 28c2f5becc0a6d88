/** A past that never was: events, deliveries and attempts with the ids of their time, in one statement for each table. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../src/db/open.ts'
import { firstIdAt, type Id, type IdKind } from '../../src/ids.ts'

/** An id of a moment, different for each number. */
export function idAt<K extends IdKind>(kind: K, at: number, n: number): Id<K> {
  const tail = n.toString(8).padStart(10, '0')
  return `${firstIdAt(kind, at).slice(0, -10)}${tail}` as Id<K>
}

/** What happened at one time to one tenant: so many events, each delivered to one endpoint by one attempt. */
export interface Happened {
  tenantId: string
  at: number
  count: number
  status?: 'delivered' | 'held' | 'pending' | 'retrying'
  body?: Buffer
}

/** Stores it. @returns the ids of its events, and of their deliveries, in the same order */
export async function happened(
  db: Db,
  {
    tenantId,
    at,
    count,
    status = 'delivered',
    body = Buffer.from('{"type":"a","timestamp":"","data":1}'),
  }: Happened,
) {
  const numbers = Array.from({ length: count }, (_, i) => i)
  const unique = hashOf(tenantId)
  const dueAt = status === 'pending' || status === 'retrying' ? new Date(at).toISOString() : null
  const events = numbers.map((n) => idAt('event', at + n, unique))
  const deliveries = numbers.map((n) => idAt('delivery', at + n, unique))
  const attempts = numbers.map((n) => idAt('attempt', at + n, unique))
  const rows = sql`unnest(${sql.param(events)}::text[], ${sql.param(deliveries)}::text[], ${sql.param(attempts)}::text[])
    as past (event_id, delivery_id, attempt_id)`
  await db.execute(sql`
    insert into ringback.events (id, tenant_id, type, external_id, metadata, body, delivery_count)
    select event_id, ${tenantId}, 'a', event_id, '{}', ${body}, 1 from ${rows}`)
  await db.execute(sql`
    insert into ringback.external_ids (tenant_id, external_id, event_id) select ${tenantId}, event_id, event_id from ${rows}`)
  await db.execute(sql`
    insert into ringback.deliveries (id, tenant_id, event_id, event_type, endpoint_id, status, waiting_for, trigger, attempt_count, round_at, due_at, wake_at)
    select delivery_id, ${tenantId}, event_id, 'a', 'ep_of', ${status}, ${status === 'held' ? 'paused' : null}, 'automatic', 1,
           ${new Date(at).toISOString()}::timestamptz, ${dueAt}::timestamptz, ${dueAt}::timestamptz
    from ${rows}`)
  await db.execute(sql`
    insert into ringback.attempts (id, tenant_id, delivery_id, endpoint_id, number, trigger, duration_ms, succeeded,
                                   request_url, request_headers, response_status, response_body, timings)
    select attempt_id, ${tenantId}, delivery_id, 'ep_of', 1, 'automatic', 5, true, 'http://x', '{}', 200, 'thanks', '{}'
    from ${rows}`)
  return { events, deliveries }
}

/** Two tenants' ids differ. */
const hashOf = (text: string) =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000, 1)
