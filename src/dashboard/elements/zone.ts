/** Which zone times are told in: the viewer's own, or UTC, as the logs of servers are. */
import { useSyncExternalStore } from 'react'

export type Zone = 'own' | 'UTC'

const KEPT_AS = 'ringback-zone'
const listeners = new Set<() => void>()
let chosen = kept()

/** The zone of now; whoever shows a time uses this, so that it is shown anew when the zone changes. */
export const useZone = (): Zone => useSyncExternalStore(subscribe, zone)

/** The zone of now. */
export const zone = (): Zone => chosen

/** For `Intl.DateTimeFormat`. */
export const inZone = (): { timeZone?: 'UTC' } => (chosen === 'UTC' ? { timeZone: 'UTC' } : {})

/** Chooses a zone and keeps it. */
export function chooseZone(next: Zone): void {
  chosen = next
  try {
    localStorage.setItem(KEPT_AS, next)
  } catch {
    // A frame of another site may be refused storage; then it holds until the page is closed.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function kept(): Zone {
  try {
    return localStorage.getItem(KEPT_AS) === 'UTC' ? 'UTC' : 'own'
  } catch {
    return 'own'
  }
}
