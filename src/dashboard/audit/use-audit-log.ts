import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { AuditEntry, Page } from '../api/shapes.ts'

/** What a list of entries is narrowed by. */
export interface AuditFilters {
  action?: string | undefined
  /** The id or name of what it happened to. */
  target?: string | undefined
  limit?: number
  after?: string | undefined
  before?: string | undefined
  cursor?: string | undefined
}

/** Who changed what: of a tenant, or of the whole installation. */
export const useAuditLog = (tenant: string | undefined, filters: AuditFilters) =>
  useQuery({
    queryKey: ['audit-log', tenant, filters],
    queryFn: ({ signal }) =>
      ask<Page<AuditEntry>>('GET', pathOf(tenant, 'audit-log'), { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  })
