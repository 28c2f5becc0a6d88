import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button, buttonClass } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { Screen } from '../elements/screen.tsx'
import { useTenant } from '../tenants/use-tenant.ts'
import { changeOf, EMPTY_DRAFT } from './endpoint-draft.ts'
import { EndpointFields } from './endpoint-fields.tsx'
import { EventTypePicker } from './event-type-picker.tsx'
import { useRegister } from './use-endpoint-changes.ts'

/** Registers a URL, and shows its secret once. */
export function NewEndpointScreen() {
  const tenant = useTenant()
  const [draft, setDraft] = useState(EMPTY_DRAFT)
  const [patterns, setPatterns] = useState<string[]>(['*'])
  const register = useRegister(tenant)
  const navigate = useNavigate()
  if (register.data) return <Registered tenant={tenant} {...register.data} />
  return (
    <Screen title="New endpoint" lead="A URL of yours, and the events that it is to get.">
      <form
        className="flex max-w-3xl flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          const subscriptions = patterns.length === 0 ? [] : [{ eventTypes: patterns, filter: null }]
          register.mutate({ ...changeOf(draft), subscriptions })
        }}
      >
        <Card title="Where">
          <div className="flex flex-col gap-4">
            <EndpointFields draft={draft} onChange={setDraft} />
          </div>
        </Card>
        <Card title="Which events">
          <EventTypePicker tenant={tenant} value={patterns} onChange={setPatterns} />
        </Card>
        {register.error && <ErrorState error={register.error} />}
        <div className="flex gap-2">
          <Button kind="primary" type="submit" busy={register.isPending}>
            Register the endpoint
          </Button>
          <Button onClick={() => void navigate({ to: '/tenants/$tenant/endpoints', params: { tenant } })}>
            Leave it
          </Button>
        </div>
      </form>
    </Screen>
  )
}

function Registered({ tenant, id, secret }: { tenant: string; id: string; secret: string }) {
  return (
    <Screen
      title="The endpoint is registered"
      lead="Give its secret to the receiver, and send a first event."
    >
      <Card title="Signing secret">
        <div className="flex max-w-2xl flex-col gap-3">
          <CodeBlock label="Secret" text={secret} wrap />
          <p className="text-sm text-ink-soft">
            The receiver verifies with it that a callback is genuine. It can be shown again under the
            endpoint's secret.
          </p>
          <div className="flex flex-wrap gap-2">
            <Link
              to="/tenants/$tenant/endpoints/$endpoint"
              params={{ tenant, endpoint: id }}
              search={{ tab: 'test' }}
              className={buttonClass('primary')}
            >
              Send a test event
            </Link>
            <Link
              to="/tenants/$tenant/endpoints/$endpoint"
              params={{ tenant, endpoint: id }}
              className={buttonClass()}
            >
              To the endpoint
            </Link>
          </div>
        </div>
      </Card>
    </Screen>
  )
}
