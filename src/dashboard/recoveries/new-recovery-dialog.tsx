import { useState } from 'react'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { CheckField, SelectField, TextField } from '../elements/field.tsx'
import { plural } from '../elements/number-text.ts'
import { MomentField } from '../elements/time-filter.tsx'
import { useAllEndpoints } from '../endpoints/use-endpoints.ts'
import { type NewRecovery, useBeginRecovery, useCountRecovery } from './use-recoveries.ts'

const DAY_MS = 86_400_000
const STATUSES = ['failed', 'canceled', 'delivered'] as const

/** Says what is to be sent again, counts it, and begins. */
export function NewRecoveryDialog({ tenant, onClose }: { tenant: string; onClose: () => void }) {
  const { data: endpoints = [] } = useAllEndpoints(tenant)
  const [endpointId, setEndpointId] = useState('')
  const [statuses, setStatuses] = useState<string[]>(['failed'])
  const [eventType, setEventType] = useState('')
  const [after, setAfter] = useState<string | undefined>(() => new Date(Date.now() - DAY_MS).toISOString())
  const [before, setBefore] = useState<string | undefined>()
  const [includeUnsent, setIncludeUnsent] = useState(false)
  const [perSecond, setPerSecond] = useState('')
  const counting = useCountRecovery(tenant)
  const begin = useBeginRecovery(tenant)

  const wanted: NewRecovery | undefined =
    after === undefined || statuses.length === 0
      ? undefined
      : {
          status: statuses,
          after,
          includeUnsent,
          ...(endpointId ? { endpointId } : {}),
          ...(eventType ? { eventType } : {}),
          ...(before ? { before } : {}),
          ...(perSecond ? { perSecond: Number(perSecond) } : {}),
        }

  return (
    <Dialog open onClose={onClose} title="New recovery">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted) begin.mutate(wanted, { onSuccess: onClose })
        }}
        // What was counted is no longer what is wanted.
        onChange={() => counting.reset()}
      >
        <SelectField
          label="Endpoint"
          value={endpointId}
          onChange={(event) => setEndpointId(event.target.value)}
          options={[
            { value: '', label: 'All endpoints' },
            ...endpoints.map(({ id, url, description }) => ({ value: id, label: description || url })),
          ]}
        />
        <fieldset className="flex flex-wrap gap-4">
          <legend className="mb-1 text-xs font-medium text-ink-soft">Deliveries that ended</legend>
          {STATUSES.map((status) => (
            <CheckField
              key={status}
              label={status}
              checked={statuses.includes(status)}
              onChange={(checked) =>
                setStatuses(checked ? [...statuses, status] : statuses.filter((one) => one !== status))
              }
            />
          ))}
        </fieldset>
        <TextField
          label="Event type"
          placeholder="all types"
          value={eventType}
          onChange={(event) => setEventType(event.target.value)}
        />
        <div className="flex flex-wrap gap-3">
          <MomentField label="Made from" value={after} onChange={setAfter} />
          <MomentField label="To (now, if empty)" value={before} onChange={setBefore} />
        </div>
        <CheckField
          label="Also what was never sent"
          hint="Events that the endpoint wants by its present subscriptions, but never had."
          checked={includeUnsent}
          onChange={setIncludeUnsent}
        />
        <TextField
          label="How many a second"
          type="number"
          min={1}
          placeholder="as usual"
          value={perSecond}
          onChange={(event) => setPerSecond(event.target.value)}
        />
        {counting.data && (
          <p role="status" className="rounded-md bg-wait-soft px-3 py-2 text-sm text-wait">
            This sends {plural(counting.data.matched, 'delivery', 'deliveries')} again.
          </p>
        )}
        {(begin.error ?? counting.error) && <ErrorState error={begin.error ?? counting.error} />}
        <div className="flex justify-end gap-2">
          <Button
            disabled={!wanted}
            busy={counting.isPending}
            onClick={() => wanted && counting.mutate(wanted)}
          >
            Count only
          </Button>
          <Button kind="primary" type="submit" disabled={!wanted} busy={begin.isPending}>
            Begin
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
