/** The words of a notice: an operational event about Ringback itself. */
import type { DisabledReason } from '../endpoints/endpoint.ts'
import type { Id } from '../ids.ts'

/** What notices tell of. */
export const NOTICE_TYPES = [
  'endpoint.failing',
  'endpoint.disabled',
  'endpoint.enabled',
  'delivery.failed',
  'delivery.recovered',
  'recovery.finished',
] as const
export type NoticeType = (typeof NOTICE_TYPES)[number]

/** An endpoint of the tenant. */
interface OfEndpoint {
  endpointId: Id<'endpoint'>
}

/** A delivery of the tenant, how often it was attempted, and what it is of and for. */
interface OfDelivery extends OfEndpoint {
  deliveryId: Id<'delivery'>
  eventId: Id<'event'>
  attempts: number
}

/** What each notice says, beside whom it is about and when it came to pass. */
export interface NoticeData {
  /** So many attempts in a row have failed that the endpoint's status became `failing`. Times in ISO 8601. */
  'endpoint.failing': OfEndpoint & { failingSince: string; failedAttempts: number }
  'endpoint.disabled': OfEndpoint & { reason: DisabledReason }
  /** One that was disabled was switched on again. */
  'endpoint.enabled': OfEndpoint
  /** A delivery ended `failed`: no attempt is left, or it was held for too long. */
  'delivery.failed': OfDelivery & { reason: string }
  /** A delivery that was retried, by hand or by a recovery, got through. */
  'delivery.recovered': OfDelivery
  /** All that a recovery set going has ended: of `matched` deliveries `done` were retried, `failed` of them in vain. */
  'recovery.finished': { recoveryId: Id<'recovery'>; matched: number; done: number; failed: number }
}

/** A notice to be given. */
export type Notice = { [T in NoticeType]: { type: T; tenantId: string; data: NoticeData[T] } }[NoticeType]

/** What a notice says, and whom it is about. */
type Told<T extends NoticeType> = { tenantId: string } & NoticeData[T]

/** An endpoint's status became `failing`. */
export function endpointFailing({
  tenantId,
  failingSince,
  ...data
}: Omit<Told<'endpoint.failing'>, 'failingSince'> & { failingSince: Date }): Notice {
  return { type: 'endpoint.failing', tenantId, data: { ...data, failingSince: failingSince.toISOString() } }
}

/** An endpoint was switched off: by hand, or for what its receiver answered. */
export function endpointDisabled({ tenantId, ...data }: Told<'endpoint.disabled'>): Notice {
  return { type: 'endpoint.disabled', tenantId, data }
}

/** An endpoint that was disabled was switched on again. */
export function endpointEnabled({ tenantId, ...data }: Told<'endpoint.enabled'>): Notice {
  return { type: 'endpoint.enabled', tenantId, data }
}

/** A delivery ended `failed`. */
export function deliveryFailed({ tenantId, ...data }: Told<'delivery.failed'>): Notice {
  return { type: 'delivery.failed', tenantId, data }
}

/** A delivery got through at a retry that somebody asked for, by hand or with a recovery. */
export function deliveryRecovered({ tenantId, ...data }: Told<'delivery.recovered'>): Notice {
  return { type: 'delivery.recovered', tenantId, data }
}

/** A recovery finished. */
export function recoveryFinished({ tenantId, ...data }: Told<'recovery.finished'>): Notice {
  return { type: 'recovery.finished', tenantId, data }
}
