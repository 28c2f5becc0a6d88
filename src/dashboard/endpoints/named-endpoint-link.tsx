import { EndpointLink } from './endpoint-link.tsx'
import { useEndpointOnce } from './use-endpoints.ts'

/** An endpoint of which the list knows the id alone: it is asked for once, however many rows name it. */
export function NamedEndpointLink({ tenant, id }: { tenant: string; id: string }) {
  const { data } = useEndpointOnce(tenant, id)
  return <EndpointLink tenant={tenant} id={id} endpoint={data} />
}
