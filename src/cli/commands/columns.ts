/** How things look in lists. */
import type {
  ApiKey,
  Attempt,
  Delivery,
  Endpoint,
  EventType,
  ListedEvent,
  Tenant,
} from '../../client/index.ts'
import type { Column } from '../frame/table.ts'
import type { Paint } from '../frame/terminal.ts'

/** Good, bad, or neither yet. */
export function paintStatus(status: string, paint: Paint): (text: string) => string {
  if (['delivered', 'active', 'finished'].includes(status)) return paint.green
  if (['failed', 'disabled', 'canceled'].includes(status)) return paint.red
  return paint.yellow
}

const status = <T extends { status: string }>(): Column<T> => ({
  head: 'STATUS',
  of: (row) => row.status,
  paint: (text, row, paint) => paintStatus(row.status, paint)(text),
})

export const DELIVERY_COLUMNS: readonly Column<Delivery>[] = [
  { head: 'DELIVERY', of: ({ id }) => id },
  status(),
  { head: 'TYPE', of: ({ eventType }) => eventType },
  { head: 'TENANT', of: ({ tenantId }) => tenantId },
  { head: 'ATTEMPTS', of: ({ attemptCount }) => attemptCount },
  {
    head: 'LAST',
    of: ({ lastAttempt }) => lastAttempt && (lastAttempt.response?.status ?? lastAttempt.error),
  },
  { head: 'NEXT', of: ({ nextAttemptAt, waitingFor }) => nextAttemptAt ?? waitingFor },
  { head: 'CREATED', of: ({ createdAt }) => createdAt },
]

export const ATTEMPT_COLUMNS: readonly Column<Attempt>[] = [
  { head: 'NUMBER', of: ({ number }) => number },
  { head: 'STARTED', of: ({ startedAt }) => startedAt },
  { head: 'TRIGGER', of: ({ trigger }) => trigger },
  {
    head: 'RESULT',
    of: ({ response, error }) => response?.status ?? error,
    paint: (text, { succeeded }, paint) => (succeeded ? paint.green(text) : paint.red(text)),
  },
  { head: 'MS', of: ({ durationMs }) => durationMs },
  { head: 'URL', of: ({ request }) => request.url },
  { head: 'DETAIL', of: ({ detail }) => detail },
]

export const EVENT_COLUMNS: readonly Column<ListedEvent>[] = [
  { head: 'EVENT', of: ({ id }) => id },
  { head: 'TYPE', of: ({ type }) => type },
  { head: 'TENANT', of: ({ tenantId }) => tenantId },
  { head: 'DELIVERIES', of: ({ deliveryCount }) => deliveryCount },
  { head: 'YOUR ID', of: ({ externalId }) => externalId },
  { head: 'CREATED', of: ({ createdAt }) => createdAt },
]

export const ENDPOINT_COLUMNS: readonly Column<Endpoint>[] = [
  { head: 'ENDPOINT', of: ({ id }) => id },
  status(),
  { head: 'TENANT', of: ({ tenantId }) => tenantId },
  { head: 'WANTS', of: ({ subscriptions }) => subscriptions.flatMap((one) => one.eventTypes).join(' ') },
  { head: 'URL', of: ({ url }) => url },
]

export const EVENT_TYPE_COLUMNS: readonly Column<EventType>[] = [
  { head: 'EVENT TYPE', of: ({ name }) => name },
  { head: 'SCHEMA', of: ({ schema, schemaMode }) => (schema === null ? 'none' : schemaMode) },
  { head: 'DEPRECATED', of: ({ deprecated }) => (deprecated ? 'yes' : '') },
  { head: 'DESCRIPTION', of: ({ description }) => description },
]

export const TENANT_COLUMNS: readonly Column<Tenant>[] = [
  { head: 'TENANT', of: ({ id }) => id },
  { head: 'NAME', of: ({ name }) => name },
  { head: 'CREATED', of: ({ createdAt }) => createdAt },
]

export const KEY_COLUMNS: readonly Column<ApiKey>[] = [
  { head: 'KEY', of: ({ id }) => id },
  { head: 'NAME', of: ({ name }) => name },
  { head: 'SCOPES', of: ({ scopes }) => scopes.join(' ') },
  { head: 'TENANT', of: ({ tenant }) => tenant },
  { head: 'LAST USED', of: ({ lastUsedAt }) => lastUsedAt },
  { head: 'EXPIRES', of: ({ expiresAt }) => expiresAt },
]
