import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { Page, PortalSession } from '../api/shapes.ts'
import { useChange } from '../api/use-change.ts'

/** A page of the sessions that stand. */
export const usePortalSessions = (tenant: string, cursor: string | undefined) =>
  useQuery({
    queryKey: ['portal-sessions', tenant, cursor],
    queryFn: ({ signal }) =>
      ask<Page<PortalSession>>('GET', pathOf(tenant, 'portal-sessions'), { query: { cursor }, signal }),
    placeholderData: keepPreviousData,
  })

/** Opens a session; the answer holds its link this once. */
export const useOpenPortal = (tenant: string) =>
  useChange(
    (body: { expiresInSeconds: number; readOnly: boolean }) =>
      ask<PortalSession & { url: string }>('POST', pathOf(tenant, 'portal-sessions'), { body }),
    { stale: [['portal-sessions']], quiet: true },
  )

/** Ends a session before its time. */
export const useRevokePortal = (tenant: string) =>
  useChange((id: string) => ask<void>('DELETE', pathOf(tenant, 'portal-sessions', id)), {
    stale: [['portal-sessions']],
    said: 'The session is over.',
    quiet: true,
  })
