import { useNavigate } from '@tanstack/react-router'
import { WrittenFilter } from '../elements/written-filter.tsx'

/** Finds by id: a delivery is opened, an event narrows the list to its deliveries. */
export function GoToDelivery({ tenant, onEvent }: { tenant: string; onEvent: (eventId: string) => void }) {
  const navigate = useNavigate()
  return (
    <WrittenFilter
      label="By id"
      placeholder="dlv_… or evt_…"
      value={undefined}
      onChange={(id) => {
        if (id?.startsWith('evt_')) onEvent(id)
        else if (id)
          void navigate({ to: '/tenants/$tenant/deliveries/$delivery', params: { tenant, delivery: id } })
      }}
    />
  )
}
