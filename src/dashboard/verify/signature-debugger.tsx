import { CircleCheck, CircleHelp, CircleX } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../elements/button.tsx'
import { Card } from '../elements/card.tsx'
import { TextArea, TextField } from '../elements/field.tsx'
import { checkSignature, type Finding } from './check-signature.ts'

const ICONS = { right: CircleCheck, wrong: CircleX, unknown: CircleHelp }
const TONES = { right: 'text-good', wrong: 'text-bad', unknown: 'text-ink-faint' }

/** Paste what came: it tells which part is wrong. Nothing of it leaves the page. */
export function SignatureDebugger() {
  const [headers, setHeaders] = useState('')
  const [body, setBody] = useState('')
  const [secret, setSecret] = useState('')
  const [findings, setFindings] = useState<Finding[]>([])
  return (
    <Card title="Why does it not verify?">
      {!crypto.subtle && (
        <p className="mb-3 text-sm text-warn">
          Browsers calculate signatures on pages served by https or from this machine only.
        </p>
      )}
      <form
        className="grid gap-4 lg:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault()
          void checkSignature({ headers, body, secret, now: Date.now() }).then(setFindings)
        }}
      >
        <TextArea
          label="Headers as received"
          mono
          rows={6}
          placeholder={'webhook-id: evt_…\nwebhook-timestamp: 1700000000\nwebhook-signature: v1,…'}
          value={headers}
          onChange={setHeaders}
        />
        <TextArea label="Body as received" mono rows={6} value={body} onChange={setBody} />
        <TextField
          label="Secret"
          type="password"
          autoComplete="off"
          placeholder="whsec_…"
          hint="It stays in this page."
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
        />
        <Button
          kind="primary"
          type="submit"
          disabled={!crypto.subtle}
          className="self-center justify-self-start"
        >
          Look at it
        </Button>
      </form>
      <ul role="status" className="mt-4 flex flex-col gap-2 text-sm">
        {findings.map(({ what, verdict, says }) => {
          const Icon = ICONS[verdict]
          return (
            <li key={what} className="flex items-start gap-2">
              <Icon size={16} aria-label={verdict} className={`mt-0.5 shrink-0 ${TONES[verdict]}`} />
              <span>
                <span className="font-medium">{what}.</span> {says}
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
