import { type SQL, sql } from 'drizzle-orm'
import { givenRows } from '../db/given-rows.ts'
import type { Statement } from '../db/statement.ts'
import type { NewAttempt } from './store.ts'

const json = (value: unknown) => (value === null ? null : JSON.stringify(value))

const MADE = givenRows<NewAttempt>('made', {
  id: ['text', ({ id }) => id],
  tenant_id: ['text', ({ tenantId }) => tenantId],
  delivery_id: ['text', ({ deliveryId }) => deliveryId],
  endpoint_id: ['text', ({ endpointId }) => endpointId],
  number: ['int', ({ number }) => number],
  trigger: ['text', ({ trigger }) => trigger],
  duration_ms: ['int', ({ durationMs }) => durationMs],
  succeeded: ['bool', ({ succeeded }) => succeeded],
  error: ['text', ({ error }) => error],
  detail: ['text', ({ detail }) => detail],
  request_url: ['text', ({ requestUrl }) => requestUrl],
  request_headers: ['json', ({ requestHeaders }) => json(requestHeaders)],
  response_status: ['int', ({ responseStatus }) => responseStatus],
  response_headers: ['json', ({ responseHeaders }) => json(responseHeaders)],
  response_body: ['bytea', ({ responseBody }) => responseBody],
  response_truncated: ['bool', ({ responseTruncated }) => responseTruncated],
  timings: ['json', ({ timings }) => json(timings)],
  remote_address: ['text', ({ remoteAddress }) => remoteAddress],
  trace_id: ['text', ({ traceId }) => traceId ?? null],
})

const insertion = (only: SQL) => sql`
  insert into ringback.attempts (${MADE.columns})
  select ${MADE.columns} from ${MADE.table} where ${only}`

const OF_ALL = insertion(sql`true`)
const OF_SETTLED = insertion(sql`(delivery_id, number) in (select id, number from settled)`)

/** The statement that writes attempts. */
export const insertionOfAttempts = (rows: readonly NewAttempt[]): Statement => ({
  text: OF_ALL,
  values: MADE.values(rows),
})

/**
 * The same, as a part of the statement that settles their deliveries: of them it writes those that were settled. By itself it fails, for
 * there is no table `settled`.
 */
export const insertionOfSettled = (rows: readonly NewAttempt[]): Statement => ({
  text: OF_SETTLED,
  values: MADE.values(rows),
})
