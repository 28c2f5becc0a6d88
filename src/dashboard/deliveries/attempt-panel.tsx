import { useState } from 'react'
import type { Attempt, Delivery } from '../api/shapes.ts'
import { CodeBlock } from '../elements/code-block.tsx'
import { CopyButton } from '../elements/copy-button.tsx'
import { bytes } from '../elements/number-text.ts'
import { Tabs } from '../elements/tabs.tsx'
import { useEventBody } from '../events/use-events.ts'
import { curlOf } from './curl.ts'
import { HeadersTable } from './headers-table.tsx'
import { TimingsBar } from './timings-bar.tsx'

type Part = 'response' | 'request' | 'timings'

/** As much of an answer as is kept. */
const KEPT = 16 * 1_024

/** One attempt: what was sent, what came back, and how long each part took. */
export function AttemptPanel({ delivery, attempt }: { delivery: Delivery; attempt: Attempt }) {
  const [part, setPart] = useState<Part>('response')
  return (
    <Tabs<Part>
      label={`Attempt ${attempt.number}`}
      value={part}
      onChange={setPart}
      tabs={[
        { value: 'response', label: 'Response', content: () => <Response attempt={attempt} /> },
        { value: 'request', label: 'Request', content: () => <Request {...{ delivery, attempt }} /> },
        { value: 'timings', label: 'Timings', content: () => <TimingsBar attempt={attempt} /> },
      ]}
    />
  )
}

function Response({ attempt: { response, error, detail } }: { attempt: Attempt }) {
  return (
    <>
      {error && (
        <p className="text-sm text-bad">
          <code className="font-mono text-xs">{error}</code>
          {detail && <> · {detail}</>}
        </p>
      )}
      {!response && <p className="text-sm text-ink-faint">No answer came.</p>}
      {response && (
        <>
          <HeadersTable label="Response headers" headers={response.headers} lead={`${response.status}`} />
          {response.body === '' ? (
            <p className="text-sm text-ink-faint">The body was empty.</p>
          ) : (
            <CodeBlock
              label="Response body"
              text={response.body}
              wrap
              {...(response.truncated ? { note: `only the first ${bytes(KEPT)} are kept` } : {})}
            />
          )}
        </>
      )}
    </>
  )
}

function Request({ delivery, attempt }: { delivery: Delivery; attempt: Attempt }) {
  const { data: body, error } = useEventBody(delivery.tenantId, delivery.eventId)
  return (
    <>
      <div className="flex items-center gap-2 text-xs text-ink-soft">
        <span>Copy as curl; the signature is not kept, put your own.</span>
        <CopyButton text={curlOf(attempt, body ?? '')} what="as curl" />
      </div>
      <HeadersTable
        label="Request headers"
        headers={attempt.request.headers}
        lead={`POST ${attempt.request.url}`}
      />
      {body !== undefined && <CodeBlock label="Request body" text={body} wrap />}
      {error && <p className="text-sm text-ink-faint">The body is not kept any more.</p>}
    </>
  )
}
