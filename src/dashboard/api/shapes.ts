/**
 * What the API answers, as the screens read it: the published client's types, which are made from the API's own document.
 * Here stand the names of their parts alone.
 */
import type {
  ApiKey,
  AuditEntry,
  Delivery,
  Endpoint,
  Event,
  EventType,
  ExponentialRetry,
  FilterPreview as FilterPreviews,
  ListedEvent,
  PortalSession,
  Recovery,
  Ringback,
  ScheduledRetry,
  Secrets,
  Session,
  Setting,
  Stats,
  Subscription,
  Tenant,
} from '../../client/index.ts'

export type {
  Attempt,
  EndpointChange,
} from '../../client/index.ts'
export type {
  ApiKey,
  AuditEntry,
  Delivery,
  Endpoint,
  EventType,
  ExponentialRetry,
  ListedEvent,
  PortalSession,
  Recovery,
  ScheduledRetry,
  Secrets,
  Session,
  Setting,
  Stats,
  Subscription,
  Tenant,
}

/** A page of a list, newest first. */
export interface Page<T> {
  data: T[]
  nextCursor: string | null
}

export type Scope = ApiKey['scopes'][number]
export type RetryPolicy = ExponentialRetry | ScheduledRetry
export type EndpointStatus = Endpoint['status']
export type RingbackEvent = Event
export type UnsentReason = Event['unmatched'][number]['reason']
export type DeliveryStatus = Delivery['status']
export type DeliveryAnswer = NonNullable<NonNullable<Parameters<Ringback['deliveries']['list']>[1]>['answer']>
export type Timings = NonNullable<Delivery['lastAttempt']>['timings']
export type StatsWindow = Stats['window']
export type StatsBucket = Stats['buckets'][number]
export type RecoveryStatus = Recovery['status']
export type RecoveryFilter = Recovery['filter']
export type FilterPreview = FilterPreviews['data'][number]
