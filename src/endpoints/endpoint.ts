/** The words of a registered callback URL, and what it may ask for. */
import { DAY, SECOND } from '../duration.ts'
import type { Id } from '../ids.ts'
import type { RetryPolicy } from '../retry/policy.ts'

/** Why an endpoint is off. `gone`: it answered 410. `failing`: nothing got through for days. `manual`: somebody said so. */
export type DisabledReason = 'gone' | 'failing' | 'manual'

/**
 * Where an endpoint stands.
 *
 * ```
 *            a streak of failures            the failing rule, a 410, by hand
 *   active ----------------------> failing ---------------------------------> disabled
 *      ^                              |                                           |
 *      +--------- a success ----------+                                           |
 *      +------------------------------- enable -----------------------------------+
 * ```
 */
export const ENDPOINT_STATUSES = ['active', 'paused', 'failing', 'disabled'] as const
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number]

/** What an endpoint wants: events of these types, whose data passes the filter. */
export interface Wanted {
  /** Patterns, as `isPattern` takes them. */
  eventTypes: string[]
  /** Null lets everything through. */
  filter: unknown
}

/** How an endpoint is called and what it may take; what people set and change. */
export interface EndpointSettings {
  url: string
  description: string | null
  /** Sent with each callback. */
  headers: Record<string, string>
  /** Null: the tenant's, else the instance's. */
  retry: RetryPolicy | null
  /** As `retry`. */
  timeoutMs: number | null
  /** Callbacks under way at once, in each worker process; null: the instance's. */
  maxInFlight: number | null
  /** Null: no limit. */
  ratePerSecond: number | null
  metadata: Record<string, string>
}

/** An endpoint as it is shown: all but its secrets; of its headers the names, each value being `HIDDEN_VALUE`. */
export interface Endpoint extends EndpointSettings {
  id: Id<'endpoint'>
  tenantId: string
  status: EndpointStatus
  disabledReason: DisabledReason | null
  disabledAt: Date | null
  failingSince: Date | null
  failedAttempts: number
  /** Null while its circuit is closed. */
  circuitOpenedAt: Date | null
  /** When the next probe is let through; of one that is under way, when it is given up. */
  probeAt: Date | null
  /** The delivery that probes now. */
  probeDeliveryId: Id<'delivery'> | null
  /** Oldest first. */
  subscriptions: (Wanted & { id: Id<'subscription'>; createdAt: Date })[]
  createdAt: Date
  updatedAt: Date
}

/** What one endpoint may have; beyond these a design is wrong, or somebody tries how much we bear. */
export const ENDPOINT_LIMITS = {
  descriptionLength: 1_000,
  /** All of a tenant's are tried on each of its events. */
  subscriptions: 100,
  patternsPerSubscription: 100,
  /** Half a minute holds a place for callbacks that long; receivers that need more should answer first and work then. */
  timeoutMs: { min: 1 * SECOND, max: 30 * SECOND },
  maxInFlight: { min: 1, max: 1_000 },
  ratePerSecond: { min: 1, max: 10_000 },
  /** Each adds its signature to a header of every callback. */
  liveSecrets: 10,
  /** A rotation that takes a receiver longer than a week has been forgotten. */
  graceSeconds: { usual: DAY / SECOND, max: (7 * DAY) / SECOND },
} as const
