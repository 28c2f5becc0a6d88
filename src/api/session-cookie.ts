/**
 * Cookies of the dashboard and of the portal. Each face has its own, so that an operator who opens a customer's portal in
 * another tab stays signed in; the browser says by a header which of them a request is for.
 *
 * Source: RFC 6265bis sections 4.1.2 and 5.6 (SameSite); CHIPS (Partitioned).
 */
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { type BrowserSessions, FACES, type Face } from '../access/browser-session.ts'
import { SECOND } from '../duration.ts'
import { prefixOf } from './base-path.ts'

/** Which face a request is for; a page sets it, and no page of another origin can. */
export const FACE_HEADER = 'Ringback-Face'

const NAMES = { operator: 'ringback_session', portal: 'ringback_portal' } as const satisfies Record<
  Face,
  string
>

/** How cookies are set. */
export interface CookieRules {
  /** Where people reach this installation; undefined: not known. */
  publicUrl: string | undefined
  /** What a host has mounted us under; empty: nothing. */
  basePath: string
  /** The origins whose pages may show the portal inside them. */
  frameAncestors: readonly string[]
}

/** The face that a request says it is for. */
export function faceOf(c: Context): Face | undefined {
  const said = c.req.header(FACE_HEADER)
  return FACES.find((face) => face === said)
}

/**
 * What the browser that sent a request signed in with. Without a face (a link that was followed, an `EventSource`) the
 * operator's comes first.
 */
export function signedInBy(c: Context, sessions: BrowserSessions, now: number) {
  const face = faceOf(c)
  for (const one of face ? [face] : FACES) {
    const cookie = getCookie(c, NAMES[one])
    const signedIn = cookie === undefined ? undefined : sessions.open(one, cookie, now)
    if (signedIn) return signedIn
  }
  return undefined
}

/** Lets the browser keep what it signed in with. */
export function keepSignedIn(
  c: Context,
  rules: CookieRules,
  face: Face,
  sealed: string,
  lastsMs: number,
): void {
  setCookie(c, NAMES[face], sealed, {
    ...attributesOf(rules, face),
    maxAge: Math.max(0, Math.floor(lastsMs / SECOND)),
  })
}

/** Lets the browser forget it. */
export function forgetSignedIn(c: Context, rules: CookieRules, face: Face): void {
  deleteCookie(c, NAMES[face], attributesOf(rules, face))
}

function attributesOf(rules: CookieRules, face: Face) {
  const { publicUrl, frameAncestors } = rules
  // A host's other pages have no use for it.
  const common = { httpOnly: true, path: prefixOf(rules) || '/' }
  // Inside a page of another site a browser sends no other cookies than these, and keeps them for that site alone.
  if (face === 'portal' && frameAncestors.length > 0)
    return { ...common, sameSite: 'None', secure: true, partitioned: true } as const
  return { ...common, sameSite: 'Strict', secure: publicUrl?.startsWith('https:') ?? false } as const
}
