import { Send } from 'lucide-react'
import { useState } from 'react'
import type { Endpoint } from '../api/shapes.ts'
import { WatchedDelivery } from '../deliveries/watched-delivery.tsx'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { SelectField } from '../elements/field.tsx'
import { LazyJsonEditor } from '../elements/lazy-json-editor.tsx'
import { readJson } from '../elements/read-json.ts'
import { useEventTypes } from '../event-types/use-event-types.ts'
import { useSendTest } from './use-endpoint-changes.ts'

/** Without a type the server sends its own test event. */
const NO_TYPE = ''
const NO_EXAMPLE = '{\n  "hello": "world"\n}'

/** Sends a test event to this endpoint alone, and shows it arrive. */
export function EndpointTest({ endpoint }: { endpoint: Endpoint }) {
  const { data: eventTypes = [] } = useEventTypes(endpoint.tenantId)
  const [type, setType] = useState(NO_TYPE)
  const [text, setText] = useState(NO_EXAMPLE)
  const send = useSendTest(endpoint.tenantId, endpoint.id)
  const json = readJson(text)

  function choose(name: string) {
    setType(name)
    const example = eventTypes.find((eventType) => eventType.name === name)?.example
    setText(example === undefined || example === null ? NO_EXAMPLE : JSON.stringify(example, null, 2))
  }

  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card title="Send a test event">
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (json.fault === undefined)
              send.mutate({ ...(type ? { eventType: type } : {}), data: json.value })
          }}
        >
          <SelectField
            label="Event type"
            value={type}
            onChange={(event) => choose(event.target.value)}
            options={[
              { value: NO_TYPE, label: 'A test event' },
              ...eventTypes.map(({ name }) => ({ value: name, label: name })),
            ]}
            hint="Sent to this endpoint alone, whatever it subscribes to."
          />
          <div>
            <h3 className="mb-1 text-xs font-medium text-ink-soft">Data</h3>
            <LazyJsonEditor label="Data of the event" value={text} onChange={setText} />
            {json.fault && <p className="mt-1 text-xs text-bad">{json.fault}</p>}
          </div>
          {send.error && <ErrorState error={send.error} />}
          <Button
            kind="primary"
            type="submit"
            busy={send.isPending}
            disabled={json.fault !== undefined}
            className="self-start"
          >
            <Send size={14} aria-hidden />
            Send it
          </Button>
        </form>
      </Card>
      {send.data && <WatchedDelivery tenant={endpoint.tenantId} id={send.data.deliveryId} />}
    </div>
  )
}
