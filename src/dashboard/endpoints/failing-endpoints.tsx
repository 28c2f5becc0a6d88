import { Link } from '@tanstack/react-router'
import type { Endpoint } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { Moment } from '../elements/moment.tsx'
import { TEXT_LINK } from '../elements/text-link.ts'
import { EndpointLink } from './endpoint-link.tsx'
import { EndpointPill } from './endpoint-pill.tsx'
import { troubleOf } from './trouble.ts'
import { useEndpoints } from './use-endpoints.ts'

const LIMIT = 5

/** The endpoints that need somebody: failing ones, and those that were switched off. Nothing when all is well. */
export function FailingEndpoints({ tenant }: { tenant: string | undefined }) {
  const failing = useEndpoints(tenant, { status: 'failing', limit: LIMIT })
  const disabled = useEndpoints(tenant, { status: 'disabled', limit: LIMIT })
  const endpoints = [...(failing.data?.data ?? []), ...(disabled.data?.data ?? [])]
  if (endpoints.length === 0) return null
  return (
    <Card title="Endpoints that need a look" flush>
      <ul className="divide-y divide-line">
        {endpoints.map((endpoint) => (
          <Trouble key={endpoint.id} endpoint={endpoint} showTenant={tenant === undefined} />
        ))}
      </ul>
    </Card>
  )
}

function Trouble({ endpoint, showTenant }: { endpoint: Endpoint; showTenant: boolean }) {
  const { tenantId: tenant, id, health } = endpoint
  const trouble = troubleOf(endpoint)
  return (
    <li className="grid items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm md:grid-cols-[6rem_minmax(0,2fr)_minmax(0,3fr)_auto]">
      <span>
        <EndpointPill endpoint={endpoint} />
      </span>
      <EndpointLink tenant={tenant} id={id} endpoint={endpoint} />
      <span className="text-ink-soft">
        {showTenant && <span className="font-medium text-ink">{tenant} </span>}
        since <Moment at={trouble?.since} />: {trouble?.why}
        {health.circuit.nextProbeAt && endpoint.status === 'failing' && (
          <>
            ; next probe <Moment at={health.circuit.nextProbeAt} />
          </>
        )}
        .
      </span>
      <Link
        to="/tenants/$tenant/endpoints/$endpoint"
        params={{ tenant, endpoint: id }}
        search={{ tab: 'deliveries' }}
        className={`${TEXT_LINK} text-xs`}
        aria-label={`What came back from ${endpoint.url}`}
      >
        What came back
      </Link>
    </li>
  )
}
