import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { ApiProblem } from '../api/client.ts'
import { IconButton } from './icon-button.tsx'

const manager = Toast.createToastManager()

/** Says what was done; with `undo` it can be taken back. */
export function say(title: string, undo?: () => void): void {
  manager.add({
    title,
    ...(undo ? { timeout: 10_000, actionProps: { children: 'Undo', onClick: undo } } : {}),
  })
}

/** Says what could not be done, and why. */
export function sayError(error: unknown): void {
  manager.add({
    type: 'error',
    priority: 'high',
    title: error instanceof Error ? error.message : String(error),
    ...(error instanceof ApiProblem ? { description: error.code } : {}),
  })
}

/** Where they appear. */
export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} timeout={5_000}>
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-[60] flex w-[calc(100vw-2rem)] max-w-sm flex-col gap-2">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function List() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={`flex items-center gap-2 rounded-lg border border-line py-2 pr-2 pl-4 text-sm shadow-float ${toast.type === 'error' ? 'bg-bad-soft text-bad' : 'bg-surface'}`}
    >
      <Toast.Content className="flex min-w-0 flex-1 items-center gap-2">
        <div className="min-w-0 flex-1">
          <Toast.Title className="font-medium break-words" />
          <Toast.Description className="font-mono text-xs" />
        </div>
        {toast.actionProps && (
          <Toast.Action className="rounded-md px-2 py-1 font-medium text-accent-ink hover:bg-sunken" />
        )}
        <Toast.Close render={<IconButton icon={X} label="Dismiss" />} />
      </Toast.Content>
    </Toast.Root>
  ))
}
