import { Check, Minus } from 'lucide-react'
import { useDeferredValue } from 'react'
import type { FilterPreview } from '../api/shapes.ts'
import { ErrorState } from '../elements/error-state.tsx'
import { Moment } from '../elements/moment.tsx'
import { useFilterPreview, type Wanted } from './use-subscriptions.ts'

const WHY: Record<NonNullable<FilterPreview['reason']>, string> = {
  type: 'another type',
  filter: 'kept out by the filter',
  filter_too_costly: 'too costly for the filter',
}

/** Which of the last events would be sent. */
export function FilterPreviewPanel({ tenant, wanted }: { tenant: string; wanted: Wanted | undefined }) {
  const { data, error } = useFilterPreview(tenant, useDeferredValue(wanted))
  if (error) return <ErrorState error={error} />
  if (!wanted || !data) return null
  const matching = data.data.filter(({ matches }) => matches).length
  return (
    <section aria-label="Which of the last events would match" className="rounded-md border border-line">
      <h3 className="border-b border-line px-3 py-2 text-xs font-medium text-ink-soft">
        {data.data.length === 0
          ? 'There are no events yet to try it on.'
          : `${matching} of the last ${data.data.length} events would be sent.`}
      </h3>
      <ul className="max-h-48 overflow-y-auto py-1 text-sm">
        {data.data.map(({ eventId, type, createdAt, matches, reason }) => (
          <li key={eventId} className="flex items-center gap-2 px-3 py-1">
            {matches ? (
              <Check size={14} className="text-good" aria-label="would be sent" />
            ) : (
              <Minus size={14} className="text-ink-faint" aria-label="would not be sent" />
            )}
            <code className="flex-1 truncate font-mono text-xs">{type}</code>
            {reason && <span className="text-xs text-ink-faint">{WHY[reason]}</span>}
            <span className="text-xs text-ink-faint">
              <Moment at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
