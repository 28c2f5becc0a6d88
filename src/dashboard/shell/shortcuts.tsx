import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Dialog } from '../elements/dialog.tsx'
import { useSession } from '../session/session.ts'

/** After `g`, the key of a screen: below the tenant at hand where there is one. */
const SCREENS: Record<string, { path: string; label: string }> = {
  o: { path: '', label: 'Overview' },
  e: { path: '/endpoints', label: 'Endpoints' },
  d: { path: '/deliveries', label: 'Deliveries' },
  v: { path: '/events', label: 'Events' },
  t: { path: '/event-types', label: 'Event types' },
}

/** How long after `g` the next key still counts. */
const CHORD_MS = 1_200

/** Keys that lead to screens, and `?` that tells of them. */
export function Shortcuts() {
  const [isHelpOpen, setHelpOpen] = useState(false)
  const navigate = useNavigate()
  const session = useSession()
  const { tenant = session.tenant } = useParams({ strict: false })
  const chordAt = useRef(0)

  useEffect(() => {
    function press(event: KeyboardEvent) {
      const target = event.target as HTMLElement
      const isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === '?') return setHelpOpen(true)
      if (event.key === 'g') {
        chordAt.current = Date.now()
        return
      }
      const screen = SCREENS[event.key]
      if (!screen || Date.now() - chordAt.current > CHORD_MS) return
      chordAt.current = 0
      const base = tenant ? `/tenants/${tenant}` : ''
      void navigate({ to: `${base}${screen.path}` || '/' })
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [navigate, tenant])

  return (
    <Dialog open={isHelpOpen} onClose={() => setHelpOpen(false)} title="Keyboard shortcuts">
      <dl className="grid grid-cols-[1fr_auto] gap-2 text-sm">
        {Object.entries(SCREENS).map(([key, { label }]) => (
          <div key={key} className="contents">
            <dt>{label}</dt>
            <dd>
              <Key>g</Key> <Key>{key}</Key>
            </dd>
          </div>
        ))}
        <dt>This help</dt>
        <dd>
          <Key>?</Key>
        </dd>
      </dl>
    </Dialog>
  )
}

function Key({ children }: { children: string }) {
  return (
    <kbd className="rounded border border-line-strong bg-sunken px-1.5 py-0.5 font-mono text-xs">
      {children}
    </kbd>
  )
}
