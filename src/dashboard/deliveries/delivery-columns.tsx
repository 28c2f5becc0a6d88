import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Delivery, Endpoint } from '../api/shapes.ts'
import { Id } from '../elements/id.tsx'
import { Moment } from '../elements/moment.tsx'
import type { Column } from '../elements/table.tsx'
import { TEXT_LINK } from '../elements/text-link.ts'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'
import { NamedEndpointLink } from '../endpoints/named-endpoint-link.tsx'
import { TenantLink } from '../tenants/tenant-link.tsx'
import { Answer } from './answer.tsx'
import { DeliveryPill } from './delivery-pill.tsx'

/** What the choice of columns is kept as. */
export const DELIVERY_LIST = 'deliveries'

export type DeliveryColumns = readonly Column<Delivery>[]

const STATUS: Column<Delivery> = {
  head: 'Status',
  cell: (delivery) => <DeliveryPill delivery={delivery} />,
}

const EVENT: Column<Delivery> = {
  head: 'Event',
  cell: (delivery) => <DeliveryLink delivery={delivery}>{delivery.eventType}</DeliveryLink>,
}

/** Where the event is the same in all rows. */
const DELIVERY: Column<Delivery> = {
  head: 'Delivery',
  cell: (delivery) => <DeliveryLink delivery={delivery}>{delivery.id}</DeliveryLink>,
}

const TENANT: Column<Delivery> = {
  head: 'Tenant',
  wide: true,
  choice: 'shown',
  cell: ({ tenantId }) => <TenantLink tenant={tenantId} />,
}

/** Across tenants, each row asks for its endpoint. */
const ENDPOINT: Column<Delivery> = {
  head: 'Endpoint',
  wide: true,
  choice: 'shown',
  cell: ({ tenantId, endpointId }) => <NamedEndpointLink tenant={tenantId} id={endpointId} />,
}

const REST: DeliveryColumns = [
  {
    head: 'Answer',
    wide: true,
    choice: 'shown',
    cell: ({ lastAttempt }) => <Answer attempt={lastAttempt} />,
  },
  {
    head: 'Attempts',
    wide: true,
    end: true,
    choice: 'shown',
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
  { head: 'Id', wide: true, choice: 'hidden', cell: ({ id }) => <Id value={id} /> },
  { head: 'Event id', wide: true, choice: 'hidden', cell: ({ eventId }) => <Id value={eventId} /> },
  { head: 'Made', end: true, choice: 'shown', cell: ({ createdAt }) => <Moment at={createdAt} /> },
]

/** For deliveries of all tenants. */
export const DELIVERY_COLUMNS: DeliveryColumns = [STATUS, EVENT, TENANT, ENDPOINT, ...REST]

/** For deliveries to one endpoint, which is not named in each row. */
export const DELIVERY_COLUMNS_OF_ENDPOINT: DeliveryColumns = [STATUS, EVENT, ...REST]

/** For deliveries of one tenant. @param endpoints those whose URL is known */
export const deliveryColumnsOfTenant = (endpoints: readonly Endpoint[]): DeliveryColumns => [
  STATUS,
  EVENT,
  endpointAmong(endpoints),
  ...REST,
]

/** For deliveries of one event. @param endpoints those whose URL is known */
export const deliveryColumnsOfEvent = (endpoints: readonly Endpoint[]): DeliveryColumns => [
  STATUS,
  endpointAmong(endpoints),
  DELIVERY,
  ...REST.filter(({ head }) => head === 'Answer' || head === 'Attempts' || head === 'Made'),
]

function endpointAmong(endpoints: readonly Endpoint[]): Column<Delivery> {
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
  return {
    ...ENDPOINT,
    cell: ({ tenantId, endpointId }) => (
      <EndpointLink tenant={tenantId} id={endpointId} endpoint={byId.get(endpointId)} />
    ),
  }
}

function DeliveryLink({ delivery, children }: { delivery: Delivery; children: ReactNode }) {
  const { tenantId, id } = delivery
  return (
    <Link
      to="/tenants/$tenant/deliveries/$delivery"
      params={{ tenant: tenantId, delivery: id }}
      className={`${TEXT_LINK} block font-mono text-xs wrap-anywhere sm:max-w-52 sm:truncate 2xl:max-w-72`}
      title={id}
    >
      {children}
    </Link>
  )
}
