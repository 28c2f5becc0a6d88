import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { Stats, StatsWindow } from '../api/shapes.ts'

export const STATS_WINDOWS: readonly StatsWindow[] = ['1h', '24h', '7d', '30d']

/** How often the figures of an open screen are asked again. */
const EVERY_MS = 15_000

/** Reads a window from an address; a day where it says none. */
export const windowOf = (text: string | undefined): StatsWindow =>
  STATS_WINDOWS.find((window) => window === text) ?? '24h'

/** The figures of an endpoint, of a tenant, or of the whole installation. */
export const useStats = (
  of: { tenant?: string | undefined; endpoint?: string | undefined },
  window: StatsWindow,
  { enabled = true, live = true }: { enabled?: boolean; live?: boolean } = {},
) =>
  useQuery({
    queryKey: ['stats', of.tenant, of.endpoint, window],
    queryFn: ({ signal }) => {
      const parts = of.endpoint === undefined ? ['stats'] : ['endpoints', of.endpoint, 'stats']
      return ask<Stats>('GET', pathOf(of.tenant, ...parts), { query: { window }, signal })
    },
    placeholderData: keepPreviousData,
    staleTime: EVERY_MS,
    refetchInterval: live ? EVERY_MS : false,
    enabled,
  })
