import { Send } from 'lucide-react'
import { useState } from 'react'
import { pathOf } from '../api/paths.ts'
import { Card } from '../elements/card.tsx'
import { ColumnMenu } from '../elements/column-menu.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { ExportButtons } from '../elements/export-buttons.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Pager } from '../elements/pager.tsx'
import { useAllEndpoints } from '../endpoints/use-endpoints.ts'
import { DeliveriesTable } from './deliveries-table.tsx'
import {
  DELIVERY_COLUMNS,
  DELIVERY_COLUMNS_OF_ENDPOINT,
  DELIVERY_LIST,
  deliveryColumnsOfTenant,
} from './delivery-columns.tsx'
import { DeliveryFilterBar } from './delivery-filter-bar.tsx'
import type { DeliveryFilters } from './delivery-filters.ts'
import { LiveSwitch } from './live-switch.tsx'
import { useDeliveries } from './use-deliveries.ts'
import { useLiveDeliveries } from './use-live-deliveries.ts'

/** A list of deliveries with its filters; the first page of it is live. */
export function DeliveriesPanel({
  tenant,
  filters,
  fixed = [],
}: {
  tenant: string | undefined
  filters: DeliveryFilters
  /** Filters that the place sets, and nobody may change. */
  fixed?: readonly (keyof DeliveryFilters)[]
}) {
  const [isWanted, setWanted] = useState(true)
  // Older pages, and a window that has passed, change no more.
  const canBeLive = !filters.cursor && !filters.before
  const isOpen = useLiveDeliveries(tenant, filters, isWanted && canBeLive)
  const deliveries = useDeliveries(tenant, filters)
  const { data: endpoints = [] } = useAllEndpoints(tenant)
  const columns = fixed.includes('endpointId')
    ? DELIVERY_COLUMNS_OF_ENDPOINT
    : tenant === undefined
      ? DELIVERY_COLUMNS
      : deliveryColumnsOfTenant(endpoints)
  const isNarrowed = Object.entries(filters).some(
    ([name, value]) => value !== undefined && !fixed.some((one) => one === name),
  )
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-3">
        <DeliveryFilterBar tenant={tenant} filters={filters} fixed={fixed} endpoints={endpoints} />
        <div className="flex items-center gap-2">
          {canBeLive && <LiveSwitch isWanted={isWanted} isOpen={isOpen} onChange={setWanted} />}
          <ColumnMenu list={DELIVERY_LIST} columns={columns} />
        </div>
      </div>
      <Card flush>
        <Loaded query={deliveries}>
          {({ data, nextCursor }) =>
            data.length === 0 ? (
              <EmptyState icon={Send} title={isNarrowed ? 'None is like this' : 'Nothing was sent yet'}>
                <p>
                  {isNarrowed
                    ? 'Take a filter away to see more.'
                    : 'When an event is accepted that an endpoint wants, its delivery appears here by itself.'}
                </p>
              </EmptyState>
            ) : (
              <>
                <DeliveriesTable deliveries={data} columns={columns} />
                <Pager cursor={filters.cursor} nextCursor={nextCursor}>
                  <ExportButtons
                    name="deliveries"
                    path={pathOf(tenant, 'deliveries')}
                    query={{ ...filters, cursor: undefined }}
                  />
                </Pager>
              </>
            )
          }
        </Loaded>
      </Card>
    </>
  )
}
