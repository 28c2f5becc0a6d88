import { useNavigate } from '@tanstack/react-router'
import { X } from 'lucide-react'
import type { Endpoint } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { SelectField } from '../elements/field.tsx'
import { TimeFilter } from '../elements/time-filter.tsx'
import { WrittenFilter } from '../elements/written-filter.tsx'
import { DELIVERY_ANSWERS, DELIVERY_STATUSES, type DeliveryFilters } from './delivery-filters.ts'
import { GoToDelivery } from './go-to-delivery.tsx'

/** Narrows a list of deliveries. Each choice goes into the address, from which the list is read. */
export function DeliveryFilterBar({
  tenant,
  filters,
  fixed,
  endpoints,
}: {
  tenant: string | undefined
  filters: DeliveryFilters
  fixed: readonly (keyof DeliveryFilters)[]
  endpoints: readonly Endpoint[]
}) {
  const navigate = useNavigate()
  const set = (change: DeliveryFilters) =>
    void navigate({ to: '.', search: (all: object) => ({ ...all, ...change, cursor: undefined }) })
  const isNarrowed = Boolean(
    filters.status ||
      filters.answer ||
      filters.eventType ||
      filters.eventId ||
      filters.after ||
      filters.before ||
      (filters.endpointId && !fixed.includes('endpointId')),
  )
  return (
    <search className="grid w-full grid-cols-2 items-end gap-2 sm:flex sm:w-auto sm:flex-wrap">
      <SelectField
        label="Status"
        className="sm:w-32"
        value={filters.status ?? ''}
        options={[
          { value: '', label: 'Any' },
          ...DELIVERY_STATUSES.map((status) => ({ value: status, label: status })),
        ]}
        onChange={(event) => set({ status: (event.target.value || undefined) as DeliveryFilters['status'] })}
      />
      <SelectField
        label="Last answer"
        className="sm:w-32"
        value={filters.answer ?? ''}
        options={[{ value: '', label: 'Any' }, ...DELIVERY_ANSWERS]}
        onChange={(event) => set({ answer: (event.target.value || undefined) as DeliveryFilters['answer'] })}
      />
      {tenant && !fixed.includes('endpointId') && (
        <SelectField
          label="Endpoint"
          className="sm:w-52"
          value={filters.endpointId ?? ''}
          options={[
            { value: '', label: 'Any' },
            ...endpoints.map(({ id, url, description }) => ({ value: id, label: description || url })),
          ]}
          onChange={(event) => set({ endpointId: event.target.value || undefined })}
        />
      )}
      <WrittenFilter
        label="Event type"
        placeholder="invoice.paid"
        value={filters.eventType}
        onChange={(eventType) => set({ eventType })}
      />
      <TimeFilter after={filters.after} before={filters.before} onChange={set} />
      {tenant && <GoToDelivery tenant={tenant} onEvent={(eventId) => set({ eventId })} />}
      {isNarrowed && (
        <Button
          kind="bare"
          onClick={() =>
            set({
              status: undefined,
              answer: undefined,
              eventType: undefined,
              eventId: undefined,
              after: undefined,
              before: undefined,
              ...(fixed.includes('endpointId') ? {} : { endpointId: undefined }),
            })
          }
        >
          <X size={13} aria-hidden />
          Clear
        </Button>
      )}
    </search>
  )
}
