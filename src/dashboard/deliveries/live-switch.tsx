import { Pause, Play } from 'lucide-react'
import { Button } from '../elements/button.tsx'

/** Whether a list shows what happens as it happens. */
export function LiveSwitch({
  isWanted,
  isOpen,
  onChange,
}: {
  isWanted: boolean
  isOpen: boolean
  onChange: (isWanted: boolean) => void
}) {
  const Icon = isWanted ? Pause : Play
  return (
    <div className="flex items-center gap-2">
      <span role="status" className="flex items-center gap-1.5 text-xs text-ink-soft">
        <span
          aria-hidden
          className={`size-2 rounded-full ${isOpen ? 'bg-[var(--chart-good)]' : 'bg-line-strong'}`}
        />
        {isOpen ? 'Live' : isWanted ? 'Connecting' : 'Paused'}
      </span>
      <Button size="small" onClick={() => onChange(!isWanted)}>
        <Icon size={13} aria-hidden />
        {isWanted ? 'Pause the list' : 'Go live'}
      </Button>
    </div>
  )
}
