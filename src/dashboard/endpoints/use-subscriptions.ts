import { useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { FilterPreview, Page, Subscription } from '../api/shapes.ts'
import { useChange } from '../api/use-change.ts'

/** What a subscription says. */
export interface Wanted {
  eventTypes: string[]
  filter: unknown
}

const STALE = { stale: [['endpoints']], quiet: true }

/** Adds a subscription, or changes the one named. */
export const useSaveSubscription = (tenant: string, endpoint: string, id: string | undefined) =>
  useChange(
    (body: Wanted) =>
      id === undefined
        ? ask<Subscription>('POST', pathOf(tenant, 'endpoints', endpoint, 'subscriptions'), { body })
        : ask<Subscription>('PATCH', pathOf(tenant, 'endpoints', endpoint, 'subscriptions', id), { body }),
    { ...STALE, said: 'The subscription is saved.' },
  )

/** Gives up a subscription. */
export const useRemoveSubscription = (tenant: string, endpoint: string) =>
  useChange((id: string) => ask<void>('DELETE', pathOf(tenant, 'endpoints', endpoint, 'subscriptions', id)), {
    ...STALE,
    said: 'The subscription is given up.',
  })

const PREVIEW_LIMIT = 20

/** Which of the last events a subscription would match. */
export const useFilterPreview = (tenant: string, wanted: Wanted | undefined) =>
  useQuery({
    queryKey: ['filter-previews', tenant, wanted],
    queryFn: ({ signal }) => {
      const { eventTypes, filter } = wanted!
      const body = { eventTypes, ...(filter === null ? {} : { filter }), limit: PREVIEW_LIMIT }
      return ask<Pick<Page<FilterPreview>, 'data'>>('POST', pathOf(tenant, 'filter-previews'), {
        body,
        signal,
      })
    },
    enabled: wanted !== undefined,
  })
