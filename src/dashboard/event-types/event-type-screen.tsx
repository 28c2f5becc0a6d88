import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { EventType } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { Facts } from '../elements/facts.tsx'
import { JsonView } from '../elements/json-view.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { Moment } from '../elements/moment.tsx'
import { Pill } from '../elements/pill.tsx'
import { Screen } from '../elements/screen.tsx'
import { useMay } from '../session/session.ts'
import { isOperator } from '../settings.ts'
import { useTenantMaybe } from '../tenants/use-tenant.ts'
import { EventTypeDialog } from './event-type-dialog.tsx'
import { Listeners } from './listeners.tsx'
import { useArchiveEventType, useEventType } from './use-event-types.ts'

const MODES = {
  off: 'not looked at',
  warn: 'only warned of: an event that breaks it is accepted',
  enforce: 'enforced: an event that breaks it is refused',
}

/** One event type: what its data looks like, and who listens. */
export function EventTypeScreen() {
  const tenant = useTenantMaybe()
  const { eventType: name = '' } = useParams({ strict: false })
  const query = useEventType(tenant, name)
  const mayDefine = useMay('admin') && isOperator
  return (
    <Screen
      title={name}
      heading={<code className="font-mono">{name}</code>}
      lead={query.data?.description}
      actions={mayDefine && query.data && <Actions eventType={query.data} />}
    >
      <Loaded query={query}>
        {(eventType) => (
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <div className="flex min-w-0 flex-col gap-4">
              <Card title="About">
                <Facts
                  rows={[
                    ['Schema', eventType.schema === null ? 'none' : MODES[eventType.schemaMode]],
                    ['State', <State key="state" eventType={eventType} />],
                    ['Changed', <Moment key="changed" at={eventType.updatedAt} />],
                  ]}
                />
              </Card>
              {tenant && <Listeners tenant={tenant} type={name} />}
              {eventType.schema !== null && <JsonView label="JSON Schema of data" value={eventType.schema} />}
            </div>
            {eventType.example !== undefined && eventType.example !== null && (
              <JsonView label="Example of data" value={eventType.example} />
            )}
          </div>
        )}
      </Loaded>
    </Screen>
  )
}

function State({ eventType: { archivedAt, deprecated } }: { eventType: EventType }) {
  if (archivedAt) return <Pill tone="idle">archived</Pill>
  return deprecated ? <Pill tone="warn">deprecated</Pill> : <Pill tone="good">in use</Pill>
}

function Actions({ eventType }: { eventType: EventType }) {
  const [isEdited, setEdited] = useState(false)
  const archive = useArchiveEventType()
  const navigate = useNavigate()
  return (
    <>
      <Button onClick={() => setEdited(true)}>Change</Button>
      {!eventType.archivedAt && (
        <Confirm
          trigger={<Button kind="danger">Archive</Button>}
          title={`Archive ${eventType.name}?`}
          verb="Archive it"
          onConfirm={async () => {
            await archive.mutateAsync(eventType.name)
            await navigate({ to: '/event-types' })
          }}
        >
          It leaves the catalogue, and its schema is not looked at any more. Its events stay.
        </Confirm>
      )}
      {isEdited && <EventTypeDialog eventType={eventType} onClose={() => setEdited(false)} />}
    </>
  )
}
