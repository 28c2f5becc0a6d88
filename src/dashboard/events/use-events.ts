import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask, askText } from '../api/client.ts'
import { keptAs } from '../api/kept-as.ts'
import { pathOf } from '../api/paths.ts'
import type { ListedEvent, Page, RingbackEvent } from '../api/shapes.ts'

/** What a list of events is narrowed by. */
export interface EventFilters {
  type?: string | undefined
  after?: string | undefined
  before?: string | undefined
  cursor?: string | undefined
}

/** How often the first page of a list is looked at. */
const EVERY_MS = 5_000

/** A page of a tenant's events, or of all. */
export const useEvents = (tenant: string | undefined, filters: EventFilters) =>
  useQuery({
    queryKey: ['events', tenant, 'list', filters],
    queryFn: ({ signal }) =>
      ask<Page<ListedEvent>>('GET', pathOf(tenant, 'events'), { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
    ...keptAs(filters.cursor),
    refetchInterval: filters.cursor ? false : EVERY_MS,
  })

/** One event with its deliveries, and why it went nowhere else. */
export const useEvent = (tenant: string, id: string) =>
  useQuery({
    queryKey: ['events', tenant, id],
    queryFn: ({ signal }) => ask<RingbackEvent>('GET', pathOf(tenant, 'events', id), { signal }),
    refetchInterval: EVERY_MS,
  })

/** The very bytes that are signed and sent; they never change. */
export const useEventBody = (tenant: string, id: string) =>
  useQuery({
    queryKey: ['events', tenant, id, 'body'],
    queryFn: ({ signal }) => askText(pathOf(tenant, 'events', id, 'body'), signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
