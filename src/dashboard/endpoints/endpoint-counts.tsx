import { Link } from '@tanstack/react-router'
import type { EndpointStatus, Stats } from '../api/shapes.ts'
import { count } from '../elements/number-text.ts'
import { EndpointPill } from './endpoint-pill.tsx'

const ORDER: readonly EndpointStatus[] = ['active', 'failing', 'paused', 'disabled']

/** How many endpoints do how, each leading to those. */
export function EndpointCounts({
  tenant,
  counts,
}: {
  tenant: string | undefined
  counts: NonNullable<Stats['endpoints']>
}) {
  return (
    <nav
      aria-label="Endpoints by status"
      className="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-lg border border-line bg-surface px-4 py-2.5 text-sm"
    >
      <span className="text-xs text-ink-faint">Endpoints</span>
      {ORDER.map((status) => (
        <Link
          key={status}
          {...(tenant ? { to: '/tenants/$tenant/endpoints', params: { tenant } } : { to: '/endpoints' })}
          search={{ status }}
          className="inline-flex items-center gap-2 rounded-full hover:underline"
        >
          <span className="font-semibold tabular-nums">{count(counts[status])}</span>
          {counts[status] > 0 ? (
            <EndpointPill endpoint={{ status }} />
          ) : (
            <span className="text-xs text-ink-faint">{status}</span>
          )}
        </Link>
      ))}
    </nav>
  )
}
