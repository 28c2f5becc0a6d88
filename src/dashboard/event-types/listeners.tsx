import { Card } from '../elements/card.tsx'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'
import { EndpointPill } from '../endpoints/endpoint-pill.tsx'
import { isWanted } from '../endpoints/event-type-nodes.ts'
import { useAllEndpoints } from '../endpoints/use-endpoints.ts'

/** The endpoints of a tenant that want a type. */
export function Listeners({ tenant, type }: { tenant: string; type: string }) {
  const { data: endpoints = [] } = useAllEndpoints(tenant)
  const listening = endpoints.filter(({ subscriptions }) =>
    subscriptions.some(({ eventTypes }) => isWanted(type, eventTypes)),
  )
  return (
    <Card title="Who listens">
      {listening.length === 0 ? (
        <p className="text-sm text-ink-faint">No endpoint wants it.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {listening.map((endpoint) => (
            <li key={endpoint.id} className="flex items-center justify-between gap-3">
              <EndpointLink tenant={tenant} id={endpoint.id} endpoint={endpoint} />
              <EndpointPill endpoint={endpoint} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
