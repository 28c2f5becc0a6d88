/** What a list of deliveries is narrowed by; all of it stands in the address. */
import type { DeliveryAnswer, DeliveryStatus } from '../api/shapes.ts'

export const DELIVERY_STATUSES: readonly DeliveryStatus[] = [
  'pending',
  'retrying',
  'held',
  'delivered',
  'failed',
  'canceled',
]

/** What came of the last attempt, and how it is said. */
export const DELIVERY_ANSWERS: readonly { value: DeliveryAnswer; label: string }[] = [
  { value: '2xx', label: '2xx' },
  { value: '3xx', label: '3xx' },
  { value: '4xx', label: '4xx' },
  { value: '5xx', label: '5xx' },
  { value: 'none', label: 'no answer' },
  { value: 'other', label: 'another status' },
]

export interface DeliveryFilters {
  status?: DeliveryStatus | undefined
  answer?: DeliveryAnswer | undefined
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
  'answer',
  'endpointId',
  'eventId',
  'eventType',
  'after',
  'before',
  'cursor',
] as const

/** Reads the filters from an address. */
export function deliveryFiltersOf(search: { [name: string]: string | undefined }): DeliveryFilters {
  const { status, answer, endpointId, eventId, eventType, after, before, cursor } = search
  return {
    status: DELIVERY_STATUSES.find((known) => known === status),
    answer: DELIVERY_ANSWERS.find(({ value }) => value === answer)?.value,
    endpointId,
    eventId,
    eventType,
    after,
    before,
    cursor,
  }
}
