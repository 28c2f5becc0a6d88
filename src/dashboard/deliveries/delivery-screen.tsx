import { Link, useParams } from '@tanstack/react-router'
import { RotateCw } from 'lucide-react'
import type { Delivery } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { Facts } from '../elements/facts.tsx'
import { Id } from '../elements/id.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { Screen } from '../elements/screen.tsx'
import { TEXT_LINK } from '../elements/text-link.ts'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'
import { useEndpoint } from '../endpoints/use-endpoints.ts'
import { EventTypeLink } from '../event-types/event-type-link.tsx'
import { useMay } from '../session/session.ts'
import { useTenant } from '../tenants/use-tenant.ts'
import { AttemptTimeline } from './attempt-timeline.tsx'
import { DeliveryPill } from './delivery-pill.tsx'
import { useCancel, useDelivery, useRetry } from './use-deliveries.ts'
import { WaitingNotice } from './waiting-notice.tsx'

/** One delivery: where it stands, and every attempt. */
export function DeliveryScreen() {
  const tenant = useTenant()
  const { delivery: id = '' } = useParams({ strict: false })
  const query = useDelivery(tenant, id)
  const mayManage = useMay('manage')
  return (
    <Screen
      title={`Delivery of ${query.data?.eventType ?? id}`}
      heading={query.data && <Heading delivery={query.data} />}
      lead={<Id value={id} />}
      actions={mayManage && query.data && <Actions delivery={query.data} />}
    >
      <Loaded query={query}>
        {(delivery) => (
          <>
            <DeliveryFacts delivery={delivery} />
            <AttemptTimeline delivery={delivery} />
          </>
        )}
      </Loaded>
    </Screen>
  )
}

function Heading({ delivery }: { delivery: Delivery }) {
  return (
    <span className="flex flex-wrap items-center gap-3">
      <code className="font-mono">{delivery.eventType}</code>
      <DeliveryPill delivery={delivery} />
    </span>
  )
}

function Actions({ delivery }: { delivery: Delivery }) {
  const retry = useRetry(delivery.tenantId)
  const cancel = useCancel(delivery.tenantId)
  const isFinal = ['delivered', 'failed', 'canceled'].includes(delivery.status)
  return (
    <>
      {!isFinal && (
        <Confirm
          trigger={<Button>Cancel</Button>}
          title="Cancel this delivery?"
          verb="Cancel it"
          onConfirm={() => cancel.mutateAsync(delivery.id)}
        >
          It is not tried again by itself. It can still be retried by hand.
        </Confirm>
      )}
      <Button kind="primary" busy={retry.isPending} onClick={() => retry.mutate(delivery.id)}>
        <RotateCw size={14} aria-hidden />
        Retry now
      </Button>
    </>
  )
}

function DeliveryFacts({ delivery }: { delivery: Delivery }) {
  const { tenantId: tenant, eventId: event, endpointId, reason } = delivery
  const { data: endpoint } = useEndpoint(tenant, endpointId)
  return (
    <>
      <WaitingNotice delivery={delivery} endpoint={endpoint} />
      <Card>
        <Facts
          rows={[
            [
              'Event',
              <Link
                key="event"
                to="/tenants/$tenant/events/$event"
                params={{ tenant, event }}
                className={`${TEXT_LINK} font-mono text-xs`}
              >
                {event}
              </Link>,
            ],
            ['Event type', <EventTypeLink key="type" name={delivery.eventType} />],
            ['Endpoint', <EndpointLink key="endpoint" tenant={tenant} id={endpointId} endpoint={endpoint} />],
            ['Made', <Moment key="made" at={delivery.createdAt} />],
            delivery.completedAt ? ['Ended', <Moment key="ended" at={delivery.completedAt} />] : null,
            delivery.nextAttemptAt
              ? ['Next attempt', <Moment key="next" at={delivery.nextAttemptAt} />]
              : null,
            reason
              ? [
                  'Why',
                  <code key="why" className="font-mono text-xs">
                    {reason}
                  </code>,
                ]
              : null,
          ]}
        />
      </Card>
    </>
  )
}
