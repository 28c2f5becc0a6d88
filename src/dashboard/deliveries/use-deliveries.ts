import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { keptAs } from '../api/kept-as.ts'
import { pathOf } from '../api/paths.ts'
import type { Attempt, Delivery, Page } from '../api/shapes.ts'
import { useChange } from '../api/use-change.ts'
import type { DeliveryFilters } from './delivery-filters.ts'

/** As many as are on the page; a live list keeps no more. */
export const LIMIT = 50

/** The key of a page, which the live stream writes into. */
export const deliveriesKey = (tenant: string | undefined, filters: DeliveryFilters) => [
  'deliveries',
  tenant,
  'list',
  filters,
]

/** A page of a tenant's deliveries, or of all. */
export const useDeliveries = (tenant: string | undefined, filters: DeliveryFilters) =>
  useQuery({
    queryKey: deliveriesKey(tenant, filters),
    queryFn: ({ signal }) =>
      ask<Page<Delivery>>('GET', pathOf(tenant, 'deliveries'), {
        query: { ...filters, limit: LIMIT },
        signal,
      }),
    placeholderData: keepPreviousData,
    ...keptAs(filters.cursor),
  })

/** How often a delivery that moves is looked at. */
const EVERY_MS = 1_500

const isMoving = (delivery: Delivery | undefined) =>
  delivery?.status === 'pending' || delivery?.status === 'retrying' || delivery?.status === 'held'

/** One delivery; looked at again until it is final. */
export const useDelivery = (tenant: string, id: string) =>
  useQuery({
    queryKey: ['deliveries', tenant, id],
    queryFn: ({ signal }) => ask<Delivery>('GET', pathOf(tenant, 'deliveries', id), { signal }),
    refetchInterval: ({ state }) => (isMoving(state.data) ? EVERY_MS : false),
  })

/** As many as a list takes at once; a policy makes a hundred at most. */
const MOST_ATTEMPTS = 250

/** The attempts of a delivery, oldest first; asked again when it has made another. */
export const useAttempts = (tenant: string, delivery: Delivery) =>
  useQuery({
    queryKey: ['deliveries', tenant, delivery.id, 'attempts', delivery.lastAttempt?.id],
    queryFn: ({ signal }) =>
      ask<Page<Attempt>>('GET', pathOf(tenant, 'deliveries', delivery.id, 'attempts'), {
        query: { limit: MOST_ATTEMPTS },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/** Sends a delivery again, now. */
export const useRetry = (tenant: string) =>
  useChange((id: string) => ask<Delivery>('POST', pathOf(tenant, 'deliveries', id, 'retry')), {
    stale: [['deliveries'], ['stats']],
    said: 'It is sent again now.',
  })

/** Gives up a delivery that waits. */
export const useCancel = (tenant: string) =>
  useChange((id: string) => ask<Delivery>('POST', pathOf(tenant, 'deliveries', id, 'cancel')), {
    stale: [['deliveries'], ['stats']],
    said: 'The delivery is canceled.',
  })
