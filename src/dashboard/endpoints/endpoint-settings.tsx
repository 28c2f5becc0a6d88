import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Endpoint } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { changeOf, draftOf } from './endpoint-draft.ts'
import { EndpointFields } from './endpoint-fields.tsx'
import { useChangeEndpoint, useRemoveEndpoint } from './use-endpoint-changes.ts'

/** What an endpoint is, to be changed. */
export function EndpointSettings({ endpoint }: { endpoint: Endpoint }) {
  const [draft, setDraft] = useState(() => draftOf(endpoint))
  const change = useChangeEndpoint(endpoint.tenantId, endpoint.id)
  return (
    <>
      <Card title="Settings">
        <form
          className="flex max-w-2xl flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            change.mutate(changeOf(draft))
          }}
        >
          <EndpointFields draft={draft} onChange={setDraft} />
          {change.error && <ErrorState error={change.error} />}
          <Button kind="primary" type="submit" busy={change.isPending} className="self-start">
            Save
          </Button>
        </form>
      </Card>
      <RemoveEndpoint endpoint={endpoint} />
    </>
  )
}

function RemoveEndpoint({ endpoint }: { endpoint: Endpoint }) {
  const { tenantId: tenant, id, url } = endpoint
  const remove = useRemoveEndpoint(tenant)
  const navigate = useNavigate()
  return (
    <Card title="Delete this endpoint">
      <p className="mb-3 text-sm text-ink-soft">
        What waits for it is canceled. The log of what was sent stays.
      </p>
      <Confirm
        trigger={<Button kind="danger">Delete the endpoint</Button>}
        title="Delete this endpoint?"
        verb="Delete the endpoint"
        onConfirm={async () => {
          await remove.mutateAsync(id)
          await navigate({ to: '/tenants/$tenant/endpoints', params: { tenant } })
        }}
      >
        <span className="break-all">{url}</span> gets nothing more, and its secret is gone. This cannot be
        taken back.
      </Confirm>
    </Card>
  )
}
