import type { Endpoint } from '../api/shapes.ts'
import { Id } from '../elements/id.tsx'
import { Moment } from '../elements/moment.tsx'
import { type Column, Table } from '../elements/table.tsx'
import { Sparkline } from '../overview/sparkline.tsx'
import { TenantLink } from '../tenants/tenant-link.tsx'
import { EndpointLink } from './endpoint-link.tsx'
import { EndpointPill } from './endpoint-pill.tsx'

/** What the choice of columns is kept as. */
export const ENDPOINT_LIST = 'endpoints'

const COLUMNS: readonly Column<Endpoint>[] = [
  {
    head: 'Endpoint',
    cell: (endpoint) => <EndpointLink tenant={endpoint.tenantId} id={endpoint.id} endpoint={endpoint} />,
  },
  {
    head: 'Status',
    cell: (endpoint) => (
      <div className="flex flex-wrap items-center gap-x-2">
        <EndpointPill endpoint={endpoint} />
        {endpoint.health.failingSince && (
          <span className="text-xs text-ink-soft">
            {endpoint.status === 'failing' ? 'since' : 'fails since'}{' '}
            <Moment at={endpoint.health.failingSince} />
          </span>
        )}
      </div>
    ),
  },
  {
    head: 'Wants',
    wide: true,
    choice: 'shown',
    cell: ({ subscriptions }) => <Wants patterns={subscriptions.flatMap(({ eventTypes }) => eventTypes)} />,
  },
  { head: 'Id', wide: true, choice: 'hidden', cell: ({ id }) => <Id value={id} /> },
  {
    head: 'Registered',
    wide: true,
    choice: 'hidden',
    cell: ({ createdAt }) => <Moment at={createdAt} />,
  },
  {
    head: '24 hours',
    wide: true,
    end: true,
    choice: 'shown',
    cell: ({ tenantId, id }) => <Sparkline tenant={tenantId} endpoint={id} />,
  },
]

const TENANT: Column<Endpoint> = {
  head: 'Tenant',
  wide: true,
  choice: 'shown',
  cell: ({ tenantId }) => <TenantLink tenant={tenantId} />,
}

/** For the endpoints of a tenant, or of all. */
export const endpointColumns = (tenant: string | undefined): readonly Column<Endpoint>[] =>
  tenant === undefined ? [COLUMNS[0]!, TENANT, ...COLUMNS.slice(1)] : COLUMNS

/** Endpoints with their health. */
export function EndpointsTable({
  endpoints,
  columns,
}: {
  endpoints: readonly Endpoint[]
  columns: readonly Column<Endpoint>[]
}) {
  return (
    <Table label="Endpoints" list={ENDPOINT_LIST} columns={columns} rows={endpoints} keyOf={({ id }) => id} />
  )
}

function Wants({ patterns }: { patterns: readonly string[] }) {
  const [first, ...others] = patterns
  if (!first) return <span className="text-ink-faint">nothing</span>
  return (
    <span title={patterns.join('\n')} className="whitespace-nowrap">
      <code className="font-mono text-xs">{first === '*' ? 'everything' : first}</code>
      {others.length > 0 && <span className="text-xs text-ink-faint"> and {others.length} more</span>}
    </span>
  )
}
