import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { Page, RetryPolicy, Tenant } from '../api/shapes.ts'
import { useChange } from '../api/use-change.ts'

/** A page of tenants. */
export const useTenants = (cursor: string | undefined) =>
  useQuery({
    queryKey: ['tenants', 'list', cursor],
    queryFn: ({ signal }) => ask<Page<Tenant>>('GET', '/v1/tenants', { query: { cursor }, signal }),
    placeholderData: keepPreviousData,
  })

/** One tenant. */
export const useTenantSettings = (id: string) =>
  useQuery({
    queryKey: ['tenants', id],
    queryFn: ({ signal }) => ask<Tenant>('GET', pathOf(id), { signal }),
  })

/** What may be said of a tenant. */
export interface TenantChange {
  name?: string | null
  retry?: RetryPolicy | null
  timeoutMs?: number | null
}

/** Makes or changes a tenant. */
export const usePutTenant = () =>
  useChange(
    ({ id, ...change }: TenantChange & { id: string }) => ask<Tenant>('PUT', pathOf(id), { body: change }),
    {
      stale: [['tenants']],
      said: 'The tenant is saved.',
      quiet: true,
    },
  )

/** Removes a tenant with its endpoints. */
export const useRemoveTenant = () =>
  useChange((id: string) => ask<void>('DELETE', pathOf(id)), {
    stale: [['tenants']],
    said: 'The tenant is gone.',
    quiet: true,
  })
