import { type SQL, sql } from 'drizzle-orm'
import type { NewAttempt } from './store.ts'

/**
 * The statement that writes attempts.
 * @param settled a table of what is written, by the delivery's `id` and the attempt's `number`; left out: all is
 */
export function insertionOfAttempts(rows: readonly NewAttempt[], settled?: SQL): SQL {
  const column = (key: keyof NewAttempt) => sql.param(rows.map((row) => row[key] ?? null))
  const json = (key: keyof NewAttempt) =>
    sql.param(rows.map((row) => (row[key] === null ? null : JSON.stringify(row[key]))))
  return sql`
    insert into ringback.attempts (
      id, tenant_id, delivery_id, endpoint_id, number, trigger, duration_ms, succeeded, error, detail, request_url,
      request_headers, response_status, response_headers, response_body, response_truncated, timings, remote_address,
      trace_id)
    select made.* from unnest(
      ${column('id')}::text[], ${column('tenantId')}::text[], ${column('deliveryId')}::text[], ${column('endpointId')}::text[],
      ${column('number')}::int[], ${column('trigger')}::text[], ${column('durationMs')}::int[], ${column('succeeded')}::bool[],
      ${column('error')}::text[], ${column('detail')}::text[], ${column('requestUrl')}::text[], ${json('requestHeaders')}::json[],
      ${column('responseStatus')}::int[], ${json('responseHeaders')}::json[], ${column('responseBody')}::bytea[],
      ${column('responseTruncated')}::bool[], ${json('timings')}::json[], ${column('remoteAddress')}::text[],
      ${column('traceId')}::text[]) as made (id, tenant_id, delivery_id, endpoint_id, number)${
        settled &&
        sql`
    where (delivery_id, number) in (select id, number from ${settled})`
      }`
}
