import { TextField } from '../elements/field.tsx'
import type { EndpointDraft } from './endpoint-draft.ts'
import { HeadersField } from './headers-field.tsx'
import { RetryPolicyField } from './retry-policy-field.tsx'

/** The fields of an endpoint, at its registration and later. */
export function EndpointFields({
  draft,
  onChange,
}: {
  draft: EndpointDraft
  onChange: (draft: EndpointDraft) => void
}) {
  const text = (name: 'url' | 'description' | 'timeoutMs' | 'maxInFlight' | 'ratePerSecond') => ({
    name,
    value: draft[name],
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [name]: event.target.value }),
  })
  return (
    <>
      <TextField
        label="URL"
        type="url"
        required
        placeholder="https://customer.example/hook"
        hint="Where events are POSTed to."
        {...text('url')}
      />
      <TextField label="Description" placeholder="What it is for" maxLength={256} {...text('description')} />
      <details className="rounded-md border border-line">
        <summary className="px-3 py-2 text-sm font-medium">Headers, retries and limits</summary>
        <div className="flex flex-col gap-4 border-t border-line p-3">
          <HeadersField value={draft.headers} onChange={(headers) => onChange({ ...draft, headers })} />
          <RetryPolicyField
            value={draft.retry}
            onChange={(retry) => onChange({ ...draft, retry })}
            inherited="the usual"
          />
          <div className="grid gap-4 sm:grid-cols-3">
            <TextField
              label="Timeout in ms"
              type="number"
              min={1_000}
              max={30_000}
              placeholder="15000"
              {...text('timeoutMs')}
            />
            <TextField
              label="At once, per worker"
              type="number"
              min={1}
              placeholder="10"
              {...text('maxInFlight')}
            />
            <TextField
              label="Most per second"
              type="number"
              min={1}
              placeholder="no limit"
              {...text('ratePerSecond')}
            />
          </div>
        </div>
      </details>
    </>
  )
}
