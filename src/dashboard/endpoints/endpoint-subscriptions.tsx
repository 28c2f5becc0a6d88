import { Pencil, Plus, Rss, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Endpoint, Subscription } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { Confirm } from '../elements/confirm.tsx'
import { EmptyState } from '../elements/empty-state.tsx'
import { IconButton } from '../elements/icon-button.tsx'
import { JsonView } from '../elements/json-view.tsx'
import { Pill } from '../elements/pill.tsx'
import { useMay } from '../session/session.ts'
import { SubscriptionDialog } from './subscription-dialog.tsx'
import { useRemoveSubscription } from './use-subscriptions.ts'

/** What an endpoint wants. */
export function EndpointSubscriptions({ endpoint }: { endpoint: Endpoint }) {
  const [edited, setEdited] = useState<Subscription | 'new' | undefined>()
  const mayManage = useMay('manage')
  return (
    <Card
      title="Subscriptions"
      actions={
        mayManage && (
          <Button size="small" onClick={() => setEdited('new')}>
            <Plus size={13} aria-hidden />
            Add
          </Button>
        )
      }
    >
      {endpoint.subscriptions.length === 0 ? (
        <EmptyState icon={Rss} title="This endpoint wants nothing">
          <p>Add a subscription: the event types that it is to get, and a filter on their data if need be.</p>
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {endpoint.subscriptions.map((subscription) => (
            <li key={subscription.id} className="flex flex-col gap-3 rounded-md border border-line p-3">
              <div className="flex items-start gap-2">
                <div className="flex flex-1 flex-wrap gap-1">
                  {subscription.eventTypes.map((pattern) => (
                    <Pill key={pattern} tone="wait">
                      {pattern === '*' ? 'everything' : pattern}
                    </Pill>
                  ))}
                </div>
                {mayManage && (
                  <>
                    <IconButton
                      icon={Pencil}
                      label="Change this subscription"
                      onClick={() => setEdited(subscription)}
                    />
                    <Remove endpoint={endpoint} id={subscription.id} />
                  </>
                )}
              </div>
              {subscription.filter !== null && (
                <JsonView label="Filter on data" value={subscription.filter} />
              )}
            </li>
          ))}
        </ul>
      )}
      {edited && (
        <SubscriptionDialog
          endpoint={endpoint}
          subscription={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Card>
  )
}

function Remove({ endpoint, id }: { endpoint: Endpoint; id: string }) {
  const remove = useRemoveSubscription(endpoint.tenantId, endpoint.id)
  return (
    <Confirm
      trigger={<IconButton icon={Trash2} label="Give up this subscription" />}
      title="Give up this subscription?"
      verb="Give it up"
      onConfirm={() => remove.mutateAsync(id)}
    >
      Events that no other subscription of this endpoint wants are not sent to it any more.
    </Confirm>
  )
}
