import { Menu } from 'lucide-react'
import { IconButton } from '../elements/icon-button.tsx'
import { Brand } from './brand.tsx'

/** On narrow screens, in place of the sidebar. */
export function TopBar({ className, onOpen }: { className: string; onOpen: () => void }) {
  return (
    <header
      className={`sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-line bg-surface px-3 ${className}`}
    >
      <IconButton icon={Menu} label="Open the navigation" onClick={onOpen} />
      <Brand />
    </header>
  )
}
