import { Link } from '@tanstack/react-router'
import type { Endpoint } from '../api/shapes.ts'
import { Moment } from '../elements/moment.tsx'
import { type Column, Table } from '../elements/table.tsx'
import { Sparkline } from '../overview/sparkline.tsx'
import { EndpointLink } from './endpoint-link.tsx'
import { EndpointPill } from './endpoint-pill.tsx'

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
            since <Moment at={endpoint.health.failingSince} />
          </span>
        )}
      </div>
    ),
  },
  {
    head: 'Wants',
    wide: true,
    cell: ({ subscriptions }) => <Wants patterns={subscriptions.flatMap(({ eventTypes }) => eventTypes)} />,
  },
  {
    head: '24 hours',
    wide: true,
    end: true,
    cell: ({ tenantId, id }) => <Sparkline tenant={tenantId} endpoint={id} />,
  },
]

const TENANT_COLUMN: Column<Endpoint> = {
  head: 'Tenant',
  wide: true,
  cell: ({ tenantId }) => (
    <Link to="/tenants/$tenant" params={{ tenant: tenantId }} className="text-ink-soft hover:underline">
      {tenantId}
    </Link>
  ),
}

/** Endpoints with their health. */
export function EndpointsTable({
  endpoints,
  showTenant,
}: {
  endpoints: readonly Endpoint[]
  showTenant: boolean
}) {
  const columns = showTenant ? [COLUMNS[0]!, TENANT_COLUMN, ...COLUMNS.slice(1)] : COLUMNS
  return <Table label="Endpoints" columns={columns} rows={endpoints} keyOf={({ id }) => id} />
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
