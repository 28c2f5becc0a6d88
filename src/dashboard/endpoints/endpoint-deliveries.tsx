import { useSearch } from '@tanstack/react-router'
import type { Endpoint } from '../api/shapes.ts'
import { DeliveriesPanel } from '../deliveries/deliveries-panel.tsx'
import { deliveryFiltersOf } from '../deliveries/delivery-filters.ts'

/** What was sent to an endpoint. */
export function EndpointDeliveries({ endpoint }: { endpoint: Endpoint }) {
  const search = useSearch({ strict: false })
  return (
    <DeliveriesPanel
      tenant={endpoint.tenantId}
      filters={{ ...deliveryFiltersOf(search), endpointId: endpoint.id }}
      fixed={['endpointId']}
    />
  )
}
