/** Made from the OpenAPI document by `npm run client:generate`; change the routes, not this file. */

export interface Callback {
  type: string
  /** When it happened. */
  timestamp: string
  /** What the host emitted, byte by byte. */
  data: unknown
}

export interface Readiness {
  status: 'ready' | 'not_ready' | 'stopping'
  version: string
  parts: Record<
    string,
    {
      ok: boolean
      detail?: string
    }
  >
}

export interface Session {
  kind: 'operator' | 'key' | 'portal'
  /** The one tenant whose part is open; null: all. */
  tenant: string | null
  scopes: Array<'admin' | 'emit' | 'read' | 'manage'>
  /** Whether it may look alone. */
  readOnly: boolean
  /** When it ends by itself: the key, or a cookie before it. */
  expiresAt: string | null
  /** An API key's name. */
  name: string | null
}

export interface Problem {
  type: string
  title: string
  status: number
  /** For people; may change. */
  detail: string
  /** For programs; stable. */
  code: string
  errors: Array<{
    path: string
    message: string
  }>
}

export interface SignIn {
  /** The operator's key, an API key, or the token of a portal session. */
  token: string
}

export interface Tenant {
  id: string
  name: string | null
  metadata: Record<string, string>
  retry: ExponentialRetry | ScheduledRetry | null
  timeoutMs: number | null
  retention: Retention
  createdAt: string
  updatedAt: string
}

/** Delays that grow: `baseSeconds * factor^n`, up to a maximum. */
export interface ExponentialRetry {
  kind: 'exponential'
  baseSeconds?: number
  factor?: number
  maxDelaySeconds?: number
  maxAttempts?: number
  /** The part of a delay that chance may add or take away. */
  jitter?: number
}

/** Delays one by one; n of them make n + 1 attempts. */
export interface ScheduledRetry {
  kind: 'schedule'
  delaysSeconds: number[]
  /** The part of a delay that chance may add or take away. */
  jitter?: number
}

/** How long what is its is kept, in days, where that is shorter than for all. Given anew, it is replaced whole. */
export type Retention = {
  /** Events, and deliveries that have ended. */
  eventDays?: number | null
  /** Attempts. */
  attemptDays?: number | null
  /** The data and metadata of events. */
  payloadDays?: number | null
} | null

export interface TenantSettings {
  name?: string | null | undefined
  /** Up to 50 keys of 40 characters, with values of 500. */
  metadata?: Record<string, string> | null | undefined
  /** For endpoints without a policy of their own. */
  retry?: ExponentialRetry | ScheduledRetry | null | undefined
  /** For endpoints without a timeout of their own. */
  timeoutMs?: number | null | undefined
  retention?: Retention | undefined
}

export interface EventType {
  name: string
  description: string | null
  /** A JSON Schema of `data`: draft-07, or 2020-12 where `$schema` says so. Its patterns run in linear time: those that look around or refer to groups are refused. */
  schema: Record<string, unknown> | boolean | null
  schemaMode: 'off' | 'warn' | 'enforce'
  example?: unknown
  deprecated: boolean
  /** When it left the catalogue. */
  archivedAt: string | null
  createdAt: string
  updatedAt: string
}

export interface EventTypeSettings {
  description?: string | null | undefined
  /** A JSON Schema of `data`: draft-07, or 2020-12 where `$schema` says so. Its patterns run in linear time: those that look around or refer to groups are refused. */
  schema?: Record<string, unknown> | boolean | null | undefined
  /** What is done with an event that breaks the schema: nothing, a line in the log, a refusal. */
  schemaMode?: 'off' | 'warn' | 'enforce' | undefined
  /** What `data` may look like; test sends use it. */
  example?: unknown
  deprecated?: boolean | undefined
}

export type RegisteredEndpoint = Endpoint & {
  /** To verify signatures with; shown with this answer. */
  secret: string
}

export interface Subscription {
  id: string
  eventTypes: string[]
  filter?: unknown
  createdAt: string
}

export interface Endpoint {
  id: string
  tenantId: string
  url: string
  description: string | null
  status: 'active' | 'paused' | 'failing' | 'disabled'
  disabledReason: 'gone' | 'failing' | 'manual' | null
  disabledAt: string | null
  /** The failures since the last success, and what follows from them. */
  health: {
    failingSince: string | null
    failedAttempts: number
    /** While it is `open`, what waits is held, and the oldest delivery is let through now and then to probe; `half_open`: one is under way. */
    circuit: {
      state: 'closed' | 'open' | 'half_open'
      openedAt: string | null
      /** When the next probe is let through. While one is under way: when it is given up for another. */
      nextProbeAt: string | null
    }
  }
  subscriptions: Subscription[]
  /** By name; every value is shown as `[redacted]`. */
  headers: Record<string, string>
  /** Null: the tenant's, else the instance's. */
  retry: ExponentialRetry | ScheduledRetry | null
  timeoutMs: number | null
  maxInFlight: number | null
  rateLimit: {
    perSecond: number
  } | null
  metadata: Record<string, string>
  createdAt: string
  updatedAt: string
}

export interface NewEndpoint {
  /** Where callbacks go. */
  url: string
  description?: string | null | undefined
  /** What it wants, 100 at most; an empty list is nothing. */
  subscriptions?: NewSubscription[] | undefined
  /** Sent with each callback. Their values are kept sealed and never shown. */
  headers?: Record<string, string> | null | undefined
  retry?: ExponentialRetry | ScheduledRetry | null | undefined
  timeoutMs?: number | null | undefined
  /** Callbacks under way at once, in each worker process. */
  maxInFlight?: number | null | undefined
  rateLimit?:
    | {
        perSecond: number
      }
    | null
    | undefined
  /** Up to 50 keys of 40 characters, with values of 500. */
  metadata?: Record<string, string> | null | undefined
  /** Left out, one is made. */
  secret?: string | undefined
}

export interface NewSubscription {
  /** Names, names followed by `.*` for all below them, or `*`. */
  eventTypes: string[]
  /** A condition on `data` with `$eq $ne $gt $gte $lt $lte $in $nin $exists $and $or $not $startsWith $endsWith`; null for none. Where it costs too much to ask, as on a very long array, it does not match, and the event says `filter_too_costly`. */
  filter?: unknown
}

export interface EndpointChange {
  /** Where callbacks go. */
  url?: string | undefined
  description?: string | null | undefined
  /** What it wants, 100 at most; an empty list is nothing. */
  subscriptions?: NewSubscription[] | undefined
  /** Sent with each callback. Their values are kept sealed and never shown. */
  headers?: Record<string, string> | null | undefined
  retry?: ExponentialRetry | ScheduledRetry | null | undefined
  timeoutMs?: number | null | undefined
  /** Callbacks under way at once, in each worker process. */
  maxInFlight?: number | null | undefined
  rateLimit?:
    | {
        perSecond: number
      }
    | null
    | undefined
  /** Up to 50 keys of 40 characters, with values of 500. */
  metadata?: Record<string, string> | null | undefined
}

export interface Secrets {
  /** The current one. */
  secret: string
  /** Those that sign beside it until they expire. */
  previous: Array<{
    secret: string
    expiresAt: string
  }>
}

export interface Rotation {
  /** Left out, one is made. */
  secret?: string | undefined
  /** How long the former secrets still sign. */
  graceSeconds?: number | undefined
}

export interface SentTest {
  eventId: string
  deliveryId: string
}

export interface TestSend {
  eventType?: string | undefined
  /** Left out: the event type's example, if the catalogue has one. */
  data?: unknown
}

export interface SubscriptionChange {
  /** Names, names followed by `.*` for all below them, or `*`. */
  eventTypes?: string[] | undefined
  /** A condition on `data` with `$eq $ne $gt $gte $lt $lte $in $nin $exists $and $or $not $startsWith $endsWith`; null for none. Where it costs too much to ask, as on a very long array, it does not match, and the event says `filter_too_costly`. */
  filter?: unknown
}

export interface FilterPreview {
  data: Array<{
    eventId: string
    type: string
    createdAt: string
    matches: boolean
    /** Why it does not match: none of the patterns is of its type, the filter keeps its data out, or costs more on it than it may (`filter_too_costly`). */
    reason: 'type' | 'filter' | 'filter_too_costly' | null
  }>
}

export interface NewFilterPreview {
  /** As in a subscription; left out: all types. */
  eventTypes?: string[] | undefined
  /** A condition on `data` with `$eq $ne $gt $gte $lt $lte $in $nin $exists $and $or $not $startsWith $endsWith`; null for none. Where it costs too much to ask, as on a very long array, it does not match, and the event says `filter_too_costly`. */
  filter?: unknown
  /** How many of the newest events. */
  limit?: number | undefined
}

export interface AcceptedEvent {
  id: string
  type: string
  tenantId: string
  createdAt: string
  /** How many endpoints get it. */
  deliveryCount: number
}

export interface NewEvent {
  type: string
  /** Any JSON; delivered as it is written. */
  data: unknown
  /** Your own id for it, unique per tenant: sent again, it gets the first answer. */
  id?: string | null | undefined
  /** When it happened, if not now. */
  occurredAt?: string | Date | null | undefined
  /** Kept and shown, not delivered. */
  metadata?: Record<string, string> | null | undefined
}

export interface ListedEvent {
  id: string
  tenantId: string
  type: string
  /** The host's own id. */
  externalId: string | null
  occurredAt: string | null
  metadata: Record<string, string>
  createdAt: string
  deliveryCount: number
  /** When its data was erased; null: it is there. */
  erasedAt: string | null
}

export type Event = ListedEvent & {
  /** As the host wrote it; null once it was erased. */
  data: unknown
  deliveries: Delivery[]
  /** Endpoints that the event has not gone to. */
  unmatched: Array<{
    endpointId: string
    /**
     * Why the event has not gone to this endpoint, judged by what it wants now.
     *
     * - `no_subscription`: it subscribes to nothing.
     * - `event_type`: none of its subscriptions is for this type.
     * - `filter`: its filters keep the data out.
     * - `filter_too_costly`: to ask its filters about this data costs more than they may, so it gets nothing.
     * - `created_later`: it did not exist when the event was accepted.
     * - `subscribed_later`: it wants the event now, but did not when it was accepted.
     * - `disabled`: it wants the event, but is switched off. It has a delivery too, which is held until it is enabled.
     */
    reason:
      | 'no_subscription'
      | 'event_type'
      | 'filter'
      | 'filter_too_costly'
      | 'created_later'
      | 'subscribed_later'
      | 'disabled'
  }>
}

export interface Delivery {
  id: string
  tenantId: string
  eventId: string
  eventType: string
  endpointId: string
  status: 'pending' | 'retrying' | 'held' | 'delivered' | 'failed' | 'canceled'
  /** Why it failed or was canceled, in a word. */
  reason: string | null
  attemptCount: number
  /** Null when none is planned: final, or held. */
  nextAttemptAt: string | null
  /** What a held delivery waits for. */
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
  error:
    | 'dns_error'
    | 'dns_timeout'
    | 'connect_refused'
    | 'connect_timeout'
    | 'connect_reset'
    | 'tls_error'
    | 'tls_timeout'
    | 'response_timeout'
    | 'bad_response'
    | 'address_not_allowed'
    | 'http_status'
    | null
  /** The particular of the error. */
  detail: string | null
  request: {
    url: string
    /** As sent, but for the signature and the values of the headers that the endpoint was given, which are redacted. */
    headers: Record<string, string>
  }
  /** Null when no answer came. */
  response: {
    status: number
    headers: Record<string, string | string[]>
    /** The first 16 KiB, read as UTF-8. */
    body: string
    truncated: boolean
  } | null
  /** Null for a part that did not happen: a reused connection has no DNS. */
  timings: {
    dnsMs: number | null
    connectMs: number | null
    tlsMs: number | null
    firstByteMs: number | null
    totalMs: number
  }
  remoteAddress: string | null
  /** The trace that it belongs to (W3C Trace Context); null when the event came without one. */
  traceId: string | null
}

export interface RefusedEvent {
  error: Problem
}

export interface EventBatch {
  events: NewBatchEvent[]
}

export type NewBatchEvent = NewEvent & {
  /** The id of the tenant. */
  tenant: string
}

export interface RefusedHandover {
  id: string
  tenantId: string
  /** As the host left it. */
  event?: unknown
  problem: {
    status: number
    /** For programs; stable. */
    code: string
    /** For people; may change. */
    detail: string
    errors: Array<{
      path: string
      message: string
    }>
  }
  createdAt: string
  refusedAt: string
}

export type DeliveryStreamEvent =
  | {
      /** Goes on after this event. */
      id: string
      event: 'delivery'
      data: Delivery
    }
  | {
      id: string
      event: 'missed'
      data: Record<string, unknown>
    }

export interface Recovery {
  id: string
  tenantId: string
  status: 'running' | 'paused' | 'canceled' | 'finished'
  /** Deliveries that it was counted to set going. */
  matched: number
  /** Deliveries that it has set going. */
  started: number
  /** Of these, how many were delivered. */
  done: number
  /** Of these, how many failed again, or were canceled. */
  failed: number
  /** Of these, how many wait for their endpoint, which is paused, disabled or only fails. */
  held: number
  filter: {
    endpointId: string | null
    status: Array<'failed' | 'canceled' | 'delivered'>
    eventType: string | null
    after: string
    before: string
    includeUnsent: boolean
  }
  perSecond: number
  createdAt: string
  finishedAt: string | null
}

export interface RecoveryDryRun {
  id: null
  tenantId: string
  status: null
  /** Deliveries that it was counted to set going. */
  matched: number
  /** Deliveries that it has set going. */
  started: number
  /** Of these, how many were delivered. */
  done: number
  /** Of these, how many failed again, or were canceled. */
  failed: number
  /** Of these, how many wait for their endpoint, which is paused, disabled or only fails. */
  held: number
  filter: {
    endpointId: string | null
    status: Array<'failed' | 'canceled' | 'delivered'>
    eventType: string | null
    after: string
    before: string
    includeUnsent: boolean
  }
  perSecond: number
}

export interface NewRecovery {
  /** Left out: all endpoints. */
  endpointId?: string | undefined
  /** How the deliveries have ended. */
  status?: Array<'failed' | 'canceled' | 'delivered'> | undefined
  /** Left out: all types. */
  eventType?: string | undefined
  /** Created at this time or later. */
  after: string | Date
  /** Created before this time; now at the latest. */
  before?: string | Date | undefined
  /** Also what was never sent: deliveries that were canceled before their first attempt, and events that an endpoint wants by its present subscriptions but never had, be they older than the endpoint. The window may hold 100,000 events then. */
  includeUnsent?: boolean | undefined
  /** How many deliveries are set going in a second. */
  perSecond?: number | undefined
  /** Count, and change nothing. */
  dryRun?: boolean | undefined
}

export interface Stats {
  window: '1h' | '24h' | '7d' | '30d'
  from: string
  to: string
  bucketSeconds: number
  totals: {
    attempts: number
    succeeded: number
    failed: number
    /** 0 to 1; null without attempts. */
    successRate: number | null
    /** Failed attempts by `error`. */
    byError: Record<string, number>
    byStatusCode: Record<string, number>
    /** Of attempts; within five per cent. Null without attempts. */
    latencyMs: {
      p50: number | null
      p95: number | null
      p99: number | null
    }
    /** Accepted; of an endpoint, those that were for it. */
    events: number
    /** That ended in the window. */
    deliveries: {
      delivered: number
      failed: number
      canceled: number
    }
    /** Now, to within some seconds. */
    waiting: {
      pending: number
      retrying: number
      held: number
    }
  }
  buckets: Array<{
    at: string
    attempts: number
    succeeded: number
    failed: number
    events: number
    p50: number | null
    p95: number | null
    p99: number | null
  }>
  /** Now; not with the statistics of one endpoint. */
  endpoints?: {
    active: number
    paused: number
    failing: number
    disabled: number
  }
  /** Alarms by lane; left out while the queue does not answer. Of the installation alone. */
  queue?: Record<
    string,
    {
      waiting: number
      active: number
      delayed: number
    }
  >
  /** The processes that make attempts, by host and process number, as far as the queue sees them. Of the installation alone. */
  workers?: Array<{
    name: string
    lanes: string[]
  }>
}

export type OpenedPortalSession = PortalSession & {
  /** A page to send the person to; the token is in it. */
  url: string
  /** A key for the API, good for this tenant alone. */
  token: string
}

export interface PortalSession {
  id: string
  tenantId: string
  readOnly: boolean
  expiresAt: string
  createdAt: string
}

export interface NewPortalSession {
  expiresInSeconds?: number | undefined
  /** Whether it may look alone. */
  readOnly?: boolean | undefined
}

export type CreatedApiKey = ApiKey & {
  /** Shown with this answer, and never again. */
  key: string
}

export interface ApiKey {
  id: string
  name: string
  /** What it may do; `admin` is everything. */
  scopes: Array<'admin' | 'emit' | 'read' | 'manage'>
  tenant: string | null
  expiresAt: string | null
  /** To the minute. */
  lastUsedAt: string | null
  createdAt: string
}

export interface NewApiKey {
  /** For people. */
  name: string
  /** What it may do; `admin` is everything. */
  scopes: Array<'admin' | 'emit' | 'read' | 'manage'>
  /** The one tenant whose part it opens, as if nothing else were there; left out, all of them. */
  tenant?: string | null | undefined
  /** Left out: never. */
  expiresAt?: string | Date | null | undefined
}

export interface Setting {
  /** The variable in the environment. */
  name: string
  /** Null when it has none, and always of a secret. */
  value: string | null
  /** Whether somebody said it; else its default holds. */
  isSet: boolean
  isSecret: boolean
  default: string | null
  /** What it is, in a sentence. */
  says: string
}

export interface AuditEntry {
  id: string
  at: string
  /** `tenant.created`: A tenant was made. `tenant.updated`: A tenant was changed. `tenant.deleted`: A tenant was deleted, and with it its endpoints, keys and portal sessions. `tenant.erased`: All that was left of a deleted tenant is erased; `after` says how much. `event.erased`: The data of an event was erased. `api_key.created`: A key was given out. `api_key.revoked`: A key was revoked. `portal_session.created`: A tenant's part was opened to somebody. `portal_session.revoked`: A portal session was ended before its time. `event_type.created`: An event type came into the catalogue. `event_type.updated`: An event type was changed, or is back in the catalogue. `event_type.archived`: An event type left the catalogue. `endpoint.created`: An endpoint was registered. `endpoint.updated`: An endpoint was changed. `endpoint.deleted`: An endpoint was deleted; what waited for it was canceled. `endpoint.enabled`: An endpoint was switched on. `endpoint.disabled`: An endpoint was switched off; `after.disabledReason` says why. `endpoint.paused`: An endpoint was paused. `endpoint.resumed`: A pause was ended. `endpoint.secret_rotated`: An endpoint was given a new secret. `endpoint.secret_revealed`: Somebody was shown the secrets of an endpoint. `endpoint.tested`: A test was sent to an endpoint. `endpoint.deliveries_expired`: Deliveries were held for a disabled endpoint for too long, and ended failed. `subscription.created`: An endpoint was subscribed to more. `subscription.updated`: A subscription was changed. `subscription.deleted`: A subscription was given up. `delivery.retried`: A delivery was retried by hand. `delivery.canceled`: A delivery that waited was canceled. `refused_event.retried`: An event that was handed over and refused was tried again. `refused_event.discarded`: An event that was handed over and refused was discarded. `recovery.created`: A recovery was begun. `recovery.paused`: A recovery was paused. `recovery.resumed`: A recovery was let go on. `recovery.canceled`: A recovery was canceled. `master_key.resealed`: Secrets or headers were sealed anew by the first master key; `after` says how many rows. */
  action:
    | 'tenant.created'
    | 'tenant.updated'
    | 'tenant.deleted'
    | 'tenant.erased'
    | 'event.erased'
    | 'api_key.created'
    | 'api_key.revoked'
    | 'portal_session.created'
    | 'portal_session.revoked'
    | 'event_type.created'
    | 'event_type.updated'
    | 'event_type.archived'
    | 'endpoint.created'
    | 'endpoint.updated'
    | 'endpoint.deleted'
    | 'endpoint.enabled'
    | 'endpoint.disabled'
    | 'endpoint.paused'
    | 'endpoint.resumed'
    | 'endpoint.secret_rotated'
    | 'endpoint.secret_revealed'
    | 'endpoint.tested'
    | 'endpoint.deliveries_expired'
    | 'subscription.created'
    | 'subscription.updated'
    | 'subscription.deleted'
    | 'delivery.retried'
    | 'delivery.canceled'
    | 'refused_event.retried'
    | 'refused_event.discarded'
    | 'recovery.created'
    | 'recovery.paused'
    | 'recovery.resumed'
    | 'recovery.canceled'
    | 'master_key.resealed'
  /** Null: the installation's. */
  tenantId: string | null
  target: {
    kind: string
    id: string | null
  }
  actor: {
    kind: 'admin' | 'key' | 'portal' | 'system'
    /** Of the key or the session. */
    id: string | null
    /** What the key was called. */
    name: string | null
  }
  /** As it was, as far as it is different now; null: not there. */
  before: Record<string, unknown> | null
  /** As it is since; null: gone. */
  after: Record<string, unknown> | null
  /** The `X-Request-Id` of the answer to it. */
  requestId: string | null
}
