import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { listen } from '../api/live.ts'
import { pathOf } from '../api/paths.ts'
import type { Delivery, Page } from '../api/shapes.ts'
import type { DeliveryFilters } from './delivery-filters.ts'
import { deliveriesKey, LIMIT } from './use-deliveries.ts'

/** News is gathered for so long before it is drawn: a thousand a second are still four drawings. */
const GATHER_MS = 250

/**
 * Writes deliveries into the first page of a list as they change.
 * @returns whether the stream is open
 */
export function useLiveDeliveries(
  tenant: string | undefined,
  filters: DeliveryFilters,
  enabled: boolean,
): boolean {
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const key = JSON.stringify(deliveriesKey(tenant, filters))

  useEffect(() => {
    if (!enabled) return
    const queryKey: readonly unknown[] = JSON.parse(key)
    const { status, answer, endpointId, eventType } = queryKey.at(-1) as DeliveryFilters
    const news = new Map<string, Delivery>()
    const ending = new AbortController()

    const drawing = setInterval(() => {
      if (news.size === 0) return
      queries.setQueryData<Page<Delivery>>(queryKey, (page) => page && mixIn(page, [...news.values()]))
      news.clear()
    }, GATHER_MS)

    void listen(
      pathOf(tenant, 'deliveries', 'stream'),
      { status, answer, endpointId, eventType },
      (name, data) => {
        if (name === 'delivery') news.set((data as Delivery).id, data as Delivery)
      },
      (open) => {
        if (ending.signal.aborted) return
        setOpen(open)
        // What happened while nobody listened.
        if (open) void queries.invalidateQueries({ queryKey })
      },
      ending.signal,
    )
    return () => {
      ending.abort()
      clearInterval(drawing)
      setOpen(false)
    }
  }, [queries, tenant, key, enabled])

  return isOpen
}

/** What is known is renewed, what is new comes first; the page grows no longer than it was asked for. */
function mixIn(page: Page<Delivery>, news: readonly Delivery[]): Page<Delivery> {
  const byId = new Map([...page.data, ...news].map((delivery) => [delivery.id, delivery]))
  // Ids sort by time.
  const data = [...byId.values()].sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, LIMIT)
  return { ...page, data }
}
