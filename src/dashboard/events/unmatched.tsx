import type { Endpoint, RingbackEvent, UnsentReason } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'

const WHY: Record<UnsentReason, string> = {
  no_subscription: 'It subscribes to nothing.',
  event_type: 'None of its subscriptions is for this type.',
  filter: 'Its filters keep the data out.',
  filter_too_costly: 'Its filters cost too much on this data.',
  created_later: 'It did not exist yet when the event was accepted.',
  subscribed_later: 'It wants such events now, but did not when this one was accepted.',
  disabled: 'It is disabled: its delivery is held until it is enabled.',
}

/** The endpoints that an event has not gone to, and why. Nothing when it went to all. */
export function Unmatched({ event, endpoints }: { event: RingbackEvent; endpoints: readonly Endpoint[] }) {
  if (event.unmatched.length === 0) return null
  return (
    <Card title="Did not go to">
      <ul className="flex flex-col gap-2 text-sm">
        {event.unmatched.map(({ endpointId, reason }) => (
          <li key={endpointId} className="grid items-center gap-x-4 sm:grid-cols-2">
            <EndpointLink
              tenant={event.tenantId}
              id={endpointId}
              endpoint={endpoints.find(({ id }) => id === endpointId)}
            />
            <span className="text-ink-soft">{WHY[reason]}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
