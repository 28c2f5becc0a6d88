/** Whether somebody has signed in here: without that there is no cookie, and nothing to ask the API for. */
import { settings } from '../settings.ts'

const MARK = `ringback-signed-in-${settings.face}`

/** Remembers it, or forgets it. */
export function markSignedIn(is: boolean): void {
  try {
    if (is) localStorage.setItem(MARK, 'yes')
    else localStorage.removeItem(MARK)
  } catch {
    // A frame of another site may be refused storage; then the API is asked each time.
  }
}

/** Whether there may be a session. */
export function maySignedIn(): boolean {
  try {
    return localStorage.getItem(MARK) !== null
  } catch {
    return true
  }
}
