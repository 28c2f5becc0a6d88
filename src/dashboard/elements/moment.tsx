import { useSyncExternalStore } from 'react'
import { absoluteTime, relativeTime } from './time-text.ts'
import { useZone } from './zone.ts'

const TICK_MS = 15_000

/** One clock for all moments on the page. */
let now = Date.now()
const listeners = new Set<() => void>()
setInterval(() => {
  now = Date.now()
  for (const listener of listeners) listener()
}, TICK_MS)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A time as people say it, and in full on hover, in the zone that the viewer chose. */
export function Moment({ at, empty = '—' }: { at: string | null | undefined; empty?: string }) {
  useSyncExternalStore(subscribe, () => now)
  useZone()
  if (!at) return <span className="text-ink-faint">{empty}</span>
  return (
    <time dateTime={at} title={absoluteTime(at)} className="whitespace-nowrap">
      {/* Not the clock's last tick: what was made since would seem to come yet. */}
      {relativeTime(at, Date.now())}
    </time>
  )
}
