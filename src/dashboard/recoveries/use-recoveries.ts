import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { Page, Recovery } from '../api/shapes.ts'
import { useChange } from '../api/use-change.ts'

/** How often a recovery that goes on is looked at. */
const EVERY_MS = 1_500

const isGoing = ({ status }: Pick<Recovery, 'status'>) => status === 'running' || status === 'paused'

/** A page of a tenant's recoveries. */
export const useRecoveries = (tenant: string, cursor: string | undefined) =>
  useQuery({
    queryKey: ['recoveries', tenant, cursor],
    queryFn: ({ signal }) =>
      ask<Page<Recovery>>('GET', pathOf(tenant, 'recoveries'), { query: { cursor }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.data.some(isGoing) ? EVERY_MS : false),
  })

/** What is to be recovered. */
export interface NewRecovery {
  endpointId?: string
  status: string[]
  eventType?: string
  after: string
  before?: string
  includeUnsent: boolean
  perSecond?: number
}

/** Counts what a recovery would set going. */
export const useCountRecovery = (tenant: string) =>
  useChange(
    (wanted: NewRecovery) =>
      ask<Pick<Recovery, 'matched'>>('POST', pathOf(tenant, 'recoveries'), {
        body: { ...wanted, dryRun: true },
      }),
    { stale: [], quiet: true },
  )

/** Begins a recovery. */
export const useBeginRecovery = (tenant: string) =>
  useChange((body: NewRecovery) => ask<Recovery>('POST', pathOf(tenant, 'recoveries'), { body }), {
    stale: [['recoveries'], ['deliveries']],
    said: 'The recovery has begun.',
    quiet: true,
  })

/** Steers a recovery that goes on. */
export const useSteerRecovery = (tenant: string, id: string) =>
  useChange(
    (to: 'pause' | 'resume' | 'cancel') => ask<Recovery>('POST', pathOf(tenant, 'recoveries', id, to)),
    { stale: [['recoveries']] },
  )
