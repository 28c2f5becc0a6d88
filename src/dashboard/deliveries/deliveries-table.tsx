import { Link } from '@tanstack/react-router'
import type { Delivery, Endpoint } from '../api/shapes.ts'
import { Moment } from '../elements/moment.tsx'
import { type Column, Table } from '../elements/table.tsx'
import { TEXT_LINK } from '../elements/text-link.ts'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'
import { Answer } from './answer.tsx'
import { DeliveryPill } from './delivery-pill.tsx'

/** Deliveries, each leading to its own screen. */
export function DeliveriesTable({
  deliveries,
  endpoints,
  showTenant = false,
}: {
  deliveries: readonly Delivery[]
  /** Those whose URL is known. */
  endpoints: readonly Endpoint[]
  showTenant?: boolean
}) {
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const columns: Column<Delivery>[] = [
    { head: 'Status', cell: (delivery) => <DeliveryPill delivery={delivery} /> },
    {
      head: 'Event',
      cell: ({ tenantId, id, eventType }) => (
        <Link
          to="/tenants/$tenant/deliveries/$delivery"
          params={{ tenant: tenantId, delivery: id }}
          className={`${TEXT_LINK} block max-w-32 truncate sm:max-w-52 xl:max-w-64 font-mono text-xs`}
          title={id}
        >
          {eventType}
        </Link>
      ),
    },
    ...(showTenant ? [TENANT] : []),
    {
      head: 'Endpoint',
      wide: true,
      cell: ({ tenantId, endpointId }) => (
        <EndpointLink tenant={tenantId} id={endpointId} endpoint={byId.get(endpointId)} />
      ),
    },
    { head: 'Answer', wide: true, cell: ({ lastAttempt }) => <Answer attempt={lastAttempt} /> },
    {
      head: 'Attempts',
      wide: true,
      end: true,
      cell: ({ attemptCount, nextAttemptAt }) => (
        <span className="tabular-nums">
          {attemptCount}
          {nextAttemptAt && attemptCount > 0 && (
            <span className="block text-xs text-ink-faint">
              next <Moment at={nextAttemptAt} />
            </span>
          )}
        </span>
      ),
    },
    { head: 'Made', end: true, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ]
  return <Table label="Deliveries" columns={columns} rows={deliveries} keyOf={({ id }) => id} />
}

const TENANT: Column<Delivery> = {
  head: 'Tenant',
  wide: true,
  cell: ({ tenantId }) => (
    <Link to="/tenants/$tenant" params={{ tenant: tenantId }} className="text-ink-soft hover:underline">
      {tenantId}
    </Link>
  ),
}
