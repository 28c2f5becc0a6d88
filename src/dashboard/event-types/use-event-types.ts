import { useQuery } from '@tanstack/react-query'
import { allPages } from '../api/all-pages.ts'
import { ask } from '../api/client.ts'
import { pathOf } from '../api/paths.ts'
import type { EventType } from '../api/shapes.ts'
import { useChange } from '../api/use-change.ts'

const byName = (one: EventType, other: EventType) => one.name.localeCompare(other.name)

/** The catalogue, by name; the same for every tenant, but each asks for it in its own part of the API. */
export const useEventTypes = (tenant: string | undefined) =>
  useQuery({
    queryKey: ['event-types', tenant],
    queryFn: async ({ signal }) =>
      (await allPages<EventType>(pathOf(tenant, 'event-types'), signal)).sort(byName),
    staleTime: 60_000,
  })

/** One event type. */
export const useEventType = (tenant: string | undefined, name: string) =>
  useQuery({
    queryKey: ['event-types', tenant, name],
    queryFn: ({ signal }) => ask<EventType>('GET', pathOf(tenant, 'event-types', name), { signal }),
  })

/** What an author says of an event type. */
export type EventTypeChange = Partial<
  Pick<EventType, 'description' | 'schema' | 'schemaMode' | 'example' | 'deprecated'>
>

/** Makes or changes an event type. */
export const usePutEventType = () =>
  useChange(
    ({ name, ...body }: EventTypeChange & { name: string }) =>
      ask<EventType>('PUT', pathOf(undefined, 'event-types', name), { body }),
    { stale: [['event-types']], said: 'The event type is saved.', quiet: true },
  )

/** Takes an event type out of the catalogue. */
export const useArchiveEventType = () =>
  useChange((name: string) => ask<void>('DELETE', pathOf(undefined, 'event-types', name)), {
    stale: [['event-types']],
    said: 'The event type is archived.',
    quiet: true,
  })
