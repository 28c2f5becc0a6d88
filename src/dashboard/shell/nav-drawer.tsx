import { Dialog } from '@base-ui/react/dialog'
import { Sidebar } from './sidebar.tsx'

/** The sidebar on narrow screens: it comes when asked for. */
export function NavDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-50 w-64 max-w-[85vw] shadow-float">
          <Dialog.Title className="sr-only">Navigation</Dialog.Title>
          <Sidebar className="flex h-full w-full" />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
