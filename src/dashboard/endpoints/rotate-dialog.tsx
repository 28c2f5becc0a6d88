import { useState } from 'react'
import type { Endpoint } from '../api/shapes.ts'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { ErrorState } from '../elements/error-state.tsx'
import { SelectField } from '../elements/field.tsx'
import { useRotateSecret } from './use-endpoint-changes.ts'

const GRACES = [
  { value: '86400', label: '24 hours' },
  { value: '3600', label: '1 hour' },
  { value: '604800', label: '7 days' },
  { value: '0', label: 'None: the old secret is out at once' },
]

/** Asks how long the old secret is to sign along, and makes a new one. */
export function RotateDialog({
  endpoint,
  open,
  onClose,
  onDone,
}: {
  endpoint: Endpoint
  open: boolean
  onClose: () => void
  onDone: () => void
}) {
  const [grace, setGrace] = useState('86400')
  const rotate = useRotateSecret(endpoint.tenantId, endpoint.id)
  async function go() {
    await rotate.mutateAsync(Number(grace))
    onDone()
    onClose()
  }
  return (
    <Dialog open={open} onClose={onClose} title="Rotate the secret">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void go().catch(() => {})
        }}
      >
        <p className="text-sm text-ink-soft">
          During the grace each callback carries a signature of both secrets, so that the receiver can change
          over without losing any.
        </p>
        <SelectField
          label="The old secret signs along for"
          options={GRACES}
          value={grace}
          onChange={(event) => setGrace(event.target.value)}
        />
        {rotate.error && <ErrorState error={rotate.error} />}
        <Button kind="primary" type="submit" busy={rotate.isPending} className="self-end">
          Make a new secret
        </Button>
      </form>
    </Dialog>
  )
}
