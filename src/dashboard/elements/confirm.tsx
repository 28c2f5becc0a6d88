import { AlertDialog } from '@base-ui/react/alert-dialog'
import type { ReactElement, ReactNode } from 'react'
import { useState } from 'react'
import { Button } from './button.tsx'
import { ErrorState } from './error-state.tsx'
import { TextField } from './field.tsx'

/** Asks before something that cannot be taken back. */
export function Confirm({
  trigger,
  title,
  children,
  verb,
  type,
  onConfirm,
}: {
  /** The button that leads here. */
  trigger: ReactElement
  title: string
  /** What will happen. */
  children: ReactNode
  verb: string
  /** A word that has to be typed first, for what destroys much. */
  type?: string
  onConfirm: () => Promise<unknown>
}) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()

  async function confirm() {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      setOpen(false)
    } catch (reason) {
      setError(reason)
    } finally {
      setBusy(false)
    }
  }

  return (
    <AlertDialog.Root open={open} onOpenChange={setOpen}>
      <AlertDialog.Trigger render={trigger} />
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 z-50 flex w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 flex-col gap-3 rounded-lg border border-line bg-surface p-5 shadow-float">
          <AlertDialog.Title className="font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="text-sm text-ink-soft">
            {children}
          </AlertDialog.Description>
          {type && (
            <TextField
              label={`Type ${type} to go on`}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
          {error !== undefined && <ErrorState error={error} />}
          <div className="flex justify-end gap-2">
            <AlertDialog.Close render={<Button>Keep it as it is</Button>} />
            <Button
              kind="danger"
              busy={busy}
              disabled={type !== undefined && typed !== type}
              onClick={() => void confirm()}
            >
              {verb}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
