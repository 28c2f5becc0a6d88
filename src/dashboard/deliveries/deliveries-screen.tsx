import { useSearch } from '@tanstack/react-router'
import { Screen } from '../elements/screen.tsx'
import { useTenantMaybe } from '../tenants/use-tenant.ts'
import { DeliveriesPanel } from './deliveries-panel.tsx'
import { deliveryFiltersOf } from './delivery-filters.ts'

/** The deliveries of a tenant, or of all. */
export function DeliveriesScreen() {
  const tenant = useTenantMaybe()
  const search = useSearch({ strict: false })
  return (
    <Screen title="Deliveries" lead="Each event for each endpoint that wants it, and where it stands.">
      <DeliveriesPanel tenant={tenant} filters={deliveryFiltersOf(search)} />
    </Screen>
  )
}
