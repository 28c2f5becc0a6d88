import { useState } from 'react'
import type { Endpoint, Subscription } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { LazyJsonEditor } from '../elements/lazy-json-editor.tsx'
import { readJson } from '../elements/read-json.ts'
import { EventTypePicker } from './event-type-picker.tsx'
import { FilterPreviewPanel } from './filter-preview-panel.tsx'
import { useSaveSubscription } from './use-subscriptions.ts'

/** Says what an endpoint wants, and shows at once which of the last events that would have been. */
export function SubscriptionDialog({
  endpoint,
  subscription,
  onClose,
}: {
  endpoint: Endpoint
  subscription: Subscription | undefined
  onClose: () => void
}) {
  const [patterns, setPatterns] = useState<string[]>(subscription?.eventTypes ?? [])
  const [text, setText] = useState(
    subscription && subscription.filter !== null ? JSON.stringify(subscription.filter, null, 2) : '',
  )
  const save = useSaveSubscription(endpoint.tenantId, endpoint.id, subscription?.id)
  const { value: filter = null, fault } =
    text.trim() === '' ? { value: null } : { ...EMPTY, ...readJson(text) }
  const wanted = !fault && patterns.length > 0 ? { eventTypes: patterns, filter } : undefined

  return (
    <Dialog open wide onClose={onClose} title={subscription ? 'Change a subscription' : 'New subscription'}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted) save.mutate(wanted, { onSuccess: onClose })
        }}
      >
        <EventTypePicker tenant={endpoint.tenantId} value={patterns} onChange={setPatterns} />
        <div className="flex flex-col gap-1">
          <h3 className="text-xs font-medium text-ink-soft">Filter on the event's data (optional)</h3>
          <LazyJsonEditor label="Filter" value={text} onChange={setText} minHeight="5rem" />
          <p className="text-xs text-ink-faint">
            As in <code className="font-mono">{'{"amount": {"$gte": 1000}}'}</code>. $eq $ne $gt $gte $lt $lte
            $in $nin $exists $startsWith $endsWith $and $or $not.
          </p>
          {fault && <p className="text-xs text-bad">{fault}</p>}
        </div>
        <FilterPreviewPanel tenant={endpoint.tenantId} wanted={wanted} />
        {save.error && <ErrorState error={save.error} />}
        <Button kind="primary" type="submit" disabled={!wanted} busy={save.isPending} className="self-end">
          Save
        </Button>
      </form>
    </Dialog>
  )
}

const EMPTY: { value?: unknown; fault?: string } = {}
