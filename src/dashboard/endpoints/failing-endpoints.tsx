import { Card } from '../elements/card.tsx'
import { EndpointsTable } from './endpoints-table.tsx'
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
      <EndpointsTable endpoints={endpoints} showTenant={tenant === undefined} />
    </Card>
  )
}
