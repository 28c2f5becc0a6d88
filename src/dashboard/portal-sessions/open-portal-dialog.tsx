import { useState } from 'react'
import { Button, buttonClass } from '../elements/button.tsx'
import { CodeBlock } from '../elements/code-block.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { CheckField, SelectField } from '../elements/field.tsx'
import { useOpenPortal } from './use-portal-sessions.ts'

const LENGTHS = [
  { value: '3600', label: 'An hour' },
  { value: '28800', label: '8 hours' },
  { value: '86400', label: 'A day' },
]

/** Makes a link into the portal, and shows it once. */
export function OpenPortalDialog({ tenant, onClose }: { tenant: string; onClose: () => void }) {
  const [seconds, setSeconds] = useState('3600')
  const [readOnly, setReadOnly] = useState(false)
  const open = useOpenPortal(tenant)
  return (
    <Dialog open onClose={onClose} title="Open the portal">
      {open.data ? (
        <div className="flex flex-col gap-4">
          <p className="text-sm text-ink-soft">Whoever has this link is let in, until it ends.</p>
          <CodeBlock label="Link" text={open.data.url} wrap />
          <a
            href={open.data.url}
            target="_blank"
            rel="noreferrer"
            className={`${buttonClass('primary')} self-end`}
          >
            Open it in a new tab
          </a>
        </div>
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            open.mutate({ expiresInSeconds: Number(seconds), readOnly })
          }}
        >
          <SelectField
            label="For how long"
            options={LENGTHS}
            value={seconds}
            onChange={(event) => setSeconds(event.target.value)}
          />
          <CheckField label="To look only" checked={readOnly} onChange={setReadOnly} />
          {open.error && <ErrorState error={open.error} />}
          <Button kind="primary" type="submit" busy={open.isPending} className="self-end">
            Make the link
          </Button>
        </form>
      )}
    </Dialog>
  )
}
