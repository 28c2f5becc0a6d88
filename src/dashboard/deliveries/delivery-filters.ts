/** What a list of deliveries is narrowed by; all of it stands in the address. */
import type { DeliveryStatus } from '../api/shapes.ts'

export const DELIVERY_STATUSES: readonly DeliveryStatus[] = [
  'pending',
  'retrying',
  'held',
  'delivered',
  'failed',
  'canceled',
]

export interface DeliveryFilters {
  status?: DeliveryStatus | undefined
  endpointId?: string | undefined
  eventId?: string | undefined
  eventType?: string | undefined
  /** ISO times. */
  after?: string | undefined
  before?: string | undefined
  /** On the screens of the whole installation. */
  tenant?: string | undefined
  cursor?: string | undefined
}

/** The names in an address. */
export const DELIVERY_SEARCH = [
  'status',
  'endpointId',
  'eventId',
  'eventType',
  'after',
  'before',
  'cursor',
] as const

/** Reads the filters from an address. */
export function deliveryFiltersOf(search: { [name: string]: string | undefined }): DeliveryFilters {
  const { status, endpointId, eventId, eventType, after, before, cursor } = search
  return {
    status: DELIVERY_STATUSES.find((known) => known === status),
    endpointId,
    eventId,
    eventType,
    after,
    before,
    cursor,
  }
}
