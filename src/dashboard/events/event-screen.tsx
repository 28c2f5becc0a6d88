import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { RingbackEvent } from '../api/shapes.ts'
import { DeliveriesTable } from '../deliveries/deliveries-table.tsx'
import { deliveryColumnsOfEvent } from '../deliveries/delivery-columns.tsx'
import { Card } from '../elements/card.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { Facts } from '../elements/facts.tsx'
import { Id } from '../elements/id.tsx'
import { JsonView } from '../elements/json-view.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { Screen } from '../elements/screen.tsx'
import { Tabs } from '../elements/tabs.tsx'
import { useAllEndpoints } from '../endpoints/use-endpoints.ts'
import { EventTypeLink } from '../event-types/event-type-link.tsx'
import { useTenant } from '../tenants/use-tenant.ts'
import { Unmatched } from './unmatched.tsx'
import { useEvent, useEventBody } from './use-events.ts'

/** One event: what it says, whom it went to, and why nobody else. */
export function EventScreen() {
  const tenant = useTenant()
  const { event: id = '' } = useParams({ strict: false })
  const query = useEvent(tenant, id)
  const { data: endpoints = [] } = useAllEndpoints(tenant)
  return (
    <Screen
      title={query.data?.type ?? 'Event'}
      heading={<code className="font-mono">{query.data?.type}</code>}
      lead={<Id value={id} />}
    >
      <Loaded query={query}>
        {(event) => (
          <>
            <Card>
              <EventFacts event={event} />
            </Card>
            <Card title="Deliveries" flush>
              {event.deliveries.length === 0 ? (
                <p className="p-4 text-sm text-ink-faint">It went to no endpoint.</p>
              ) : (
                <DeliveriesTable deliveries={event.deliveries} columns={deliveryColumnsOfEvent(endpoints)} />
              )}
            </Card>
            <Unmatched event={event} endpoints={endpoints} />
            {event.erasedAt ? <Erased at={event.erasedAt} /> : <Content event={event} />}
          </>
        )}
      </Loaded>
    </Screen>
  )
}

function EventFacts({ event }: { event: RingbackEvent }) {
  const metadata = Object.entries(event.metadata)
  return (
    <Facts
      rows={[
        ['Event type', <EventTypeLink key="type" name={event.type} />],
        ['Accepted', <Moment key="accepted" at={event.createdAt} />],
        event.occurredAt ? ['Occurred', <Moment key="occurred" at={event.occurredAt} />] : null,
        event.externalId ? ['Your id', <Id key="external" value={event.externalId} />] : null,
        ...metadata.map(([name, value]) => [name, value] as const),
      ]}
    />
  )
}

function Erased({ at }: { at: string }) {
  return (
    <Card title="What it says">
      <p className="text-sm text-ink-faint">
        Its data was erased <Moment at={at} />. It can be sent no more.
      </p>
    </Card>
  )
}

function Content({ event }: { event: RingbackEvent }) {
  const [part, setPart] = useState<'data' | 'bytes'>('data')
  return (
    <Card>
      <Tabs
        label="What it says"
        value={part}
        onChange={setPart}
        tabs={[
          { value: 'data', label: 'Data', content: () => <JsonView label="Data" value={event.data} /> },
          { value: 'bytes', label: 'Bytes as sent', content: () => <Bytes event={event} /> },
        ]}
      />
    </Card>
  )
}

function Bytes({ event }: { event: RingbackEvent }) {
  const body = useEventBody(event.tenantId, event.id)
  return (
    <Loaded query={body} rows={3}>
      {(text) => <CodeBlock label="The very bytes that are signed and sent" text={text} wrap />}
    </Loaded>
  )
}
