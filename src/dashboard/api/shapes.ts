/**
 * What the API answers, as the screens read it. The server's own shapes are held against these by
 * test/dashboard/shapes.test.ts; nothing of the server is imported here.
 */

/** A page of a list, newest first. */
export interface Page<T> {
  data: T[]
  nextCursor: string | null
}

export type Scope = 'admin' | 'emit' | 'read' | 'manage'

/** Who is signed in, and what they may do. */
export interface Session {
  kind: 'operator' | 'key' | 'portal'
  /** The one tenant whose part is open; null: all. */
  tenant: string | null
  scopes: Scope[]
  readOnly: boolean
  expiresAt: string | null
  name: string | null
}

export interface ExponentialRetry {
  kind: 'exponential'
  baseSeconds: number
  factor: number
  maxDelaySeconds: number
  maxAttempts: number
  jitter: number
}
export interface ScheduledRetry {
  kind: 'schedule'
  delaysSeconds: number[]
  jitter: number
}
export type RetryPolicy = ExponentialRetry | ScheduledRetry

export interface Tenant {
  id: string
  name: string | null
  metadata: Record<string, string>
  retry: RetryPolicy | null
  timeoutMs: number | null
  createdAt: string
  updatedAt: string
}

export interface Subscription {
  id: string
  eventTypes: string[]
  filter: unknown
  createdAt: string
}

export type EndpointStatus = 'active' | 'paused' | 'failing' | 'disabled'

export interface Endpoint {
  id: string
  tenantId: string
  url: string
  description: string | null
  status: EndpointStatus
  disabledReason: 'gone' | 'failing' | 'manual' | null
  disabledAt: string | null
  health: {
    failingSince: string | null
    failedAttempts: number
    circuit: {
      state: 'closed' | 'open' | 'half_open'
      openedAt: string | null
      nextProbeAt: string | null
    }
  }
  subscriptions: Subscription[]
  headers: Record<string, string>
  retry: RetryPolicy | null
  timeoutMs: number | null
  maxInFlight: number | null
  rateLimit: { perSecond: number } | null
  metadata: Record<string, string>
  createdAt: string
  updatedAt: string
}

/** What may be said of an endpoint; left out, it stays, and null clears it. */
export interface EndpointChange {
  url?: string
  description?: string | null
  headers?: Record<string, string> | null
  retry?: RetryPolicy | null
  timeoutMs?: number | null
  maxInFlight?: number | null
  rateLimit?: { perSecond: number } | null
}

export interface Secrets {
  secret: string
  previous: { secret: string; expiresAt: string }[]
}

export interface EventType {
  name: string
  description: string | null
  schema: Record<string, unknown> | boolean | null
  schemaMode: 'off' | 'warn' | 'enforce'
  example?: unknown
  deprecated: boolean
  archivedAt: string | null
  createdAt: string
  updatedAt: string
}

export interface ListedEvent {
  id: string
  tenantId: string
  type: string
  externalId: string | null
  occurredAt: string | null
  metadata: Record<string, string>
  createdAt: string
  deliveryCount: number
}

export type UnsentReason =
  | 'no_subscription'
  | 'event_type'
  | 'filter'
  | 'created_later'
  | 'subscribed_later'
  | 'disabled'

export interface RingbackEvent extends ListedEvent {
  data?: unknown
  deliveries: Delivery[]
  unmatched: { endpointId: string; reason: UnsentReason }[]
}

export type DeliveryStatus = 'pending' | 'retrying' | 'held' | 'delivered' | 'failed' | 'canceled'

export interface Delivery {
  id: string
  tenantId: string
  eventId: string
  eventType: string
  endpointId: string
  status: DeliveryStatus
  reason: string | null
  attemptCount: number
  nextAttemptAt: string | null
  waitingFor: 'paused' | 'disabled' | 'circuit' | null
  createdAt: string
  completedAt: string | null
  lastAttempt: Attempt | null
}

export interface Attempt {
  id: string
  deliveryId: string
  number: number
  trigger: 'automatic' | 'manual' | 'recovery' | 'test'
  startedAt: string
  durationMs: number
  succeeded: boolean
  error: string | null
  detail: string | null
  request: { url: string; headers: Record<string, string> }
  response: {
    status: number
    headers: Record<string, string | string[]>
    body: string
    truncated: boolean
  } | null
  timings: Timings
  remoteAddress: string | null
}

/** Milliseconds; null for a part that did not happen. */
export interface Timings {
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  firstByteMs: number | null
  totalMs: number
}

export type StatsWindow = '1h' | '24h' | '7d' | '30d'

export interface Stats {
  window: StatsWindow
  from: string
  to: string
  bucketSeconds: number
  totals: {
    attempts: number
    succeeded: number
    failed: number
    /** A part of 1; null without attempts. */
    successRate: number | null
    byError: Record<string, number>
    byStatusCode: Record<string, number>
    latencyMs: { p50: number | null; p95: number | null; p99: number | null }
    events: number
    deliveries: { delivered: number; failed: number; canceled: number }
    waiting: { pending: number; retrying: number; held: number }
  }
  buckets: StatsBucket[]
  /** Not with the statistics of one endpoint. */
  endpoints?: { active: number; paused: number; failing: number; disabled: number } | undefined
  /** Alarms by lane; of the installation alone. */
  queue?: Record<string, { waiting: number; active: number; delayed: number }> | undefined
}

export interface StatsBucket {
  at: string
  attempts: number
  succeeded: number
  failed: number
  events: number
  p50: number | null
  p95: number | null
  p99: number | null
}

export type RecoveryStatus = 'running' | 'paused' | 'canceled' | 'finished'

export interface RecoveryFilter {
  endpointId: string | null
  status: ('failed' | 'canceled' | 'delivered')[]
  eventType: string | null
  after: string
  before: string
  includeUnsent: boolean
}

export interface Recovery {
  id: string
  tenantId: string
  status: RecoveryStatus
  matched: number
  started: number
  done: number
  failed: number
  held: number
  filter: RecoveryFilter
  perSecond: number
  createdAt: string
  finishedAt: string | null
}

export interface ApiKey {
  id: string
  name: string
  scopes: Scope[]
  tenant: string | null
  expiresAt: string | null
  lastUsedAt: string | null
  createdAt: string
}

export interface PortalSession {
  id: string
  tenantId: string
  readOnly: boolean
  expiresAt: string
  createdAt: string
}

export interface AuditEntry {
  id: string
  at: string
  actor: { kind: 'admin' | 'key' | 'portal' | 'system'; id: string | null; name: string | null }
  action: string
  tenantId: string | null
  target: { kind: string; id: string | null }
  before: unknown
  after: unknown
}

export interface FilterPreview {
  eventId: string
  type: string
  createdAt: string
  matches: boolean
  reason: string | null
}
