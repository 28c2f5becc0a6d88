import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { allPages } from '../api/all-pages.ts'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { Endpoint, EndpointStatus, Page } from '../api/shapes.ts'

/** What a list of endpoints is narrowed by. */
export interface EndpointFilters {
  status?: EndpointStatus | undefined
  tenant?: string | undefined
  cursor?: string | undefined
  limit?: number
}

/** How often an open list looks at the health of its endpoints. */
const EVERY_MS = 15_000

/** A page of a tenant's endpoints, or of all. */
export const useEndpoints = (tenant: string | undefined, filters: EndpointFilters) =>
  useQuery({
    queryKey: ['endpoints', tenant, 'list', filters],
    queryFn: ({ signal }) =>
      ask<Page<Endpoint>>('GET', pathOf(tenant, 'endpoints'), { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  })

/** All endpoints of a tenant, to pick from or to name. */
export const useAllEndpoints = (tenant: string | undefined) =>
  useQuery({
    queryKey: ['endpoints', tenant, 'all'],
    queryFn: ({ signal }) => allPages<Endpoint>(pathOf(tenant, 'endpoints'), signal),
    staleTime: EVERY_MS,
    enabled: tenant !== undefined,
  })

/** One endpoint. */
export const useEndpoint = (tenant: string, id: string) =>
  useQuery({
    queryKey: ['endpoints', tenant, id],
    queryFn: ({ signal }) => ask<Endpoint>('GET', pathOf(tenant, 'endpoints', id), { signal }),
    refetchInterval: EVERY_MS,
  })

/** How long the name of an endpoint is taken as told. */
const NAME_HOLDS_MS = 5 * 60_000

/** One endpoint, to name it. One that was deleted has no answer. */
export const useEndpointOnce = (tenant: string, id: string) =>
  useQuery({
    queryKey: ['endpoints', tenant, id, 'name'],
    queryFn: ({ signal }) => ask<Endpoint>('GET', pathOf(tenant, 'endpoints', id), { signal }),
    staleTime: NAME_HOLDS_MS,
    retry: false,
  })
