/**
 * Keeping other sites from using a cookie that a browser sends along with whatever they ask for. A request by cookie that
 * changes something proves that a page of ours sent it: by a header that no form can set and no other origin is let set,
 * and by what the browser itself says of where it comes from.
 *
 * Source: Fetch Metadata (Sec-Fetch-Site); RFC 6454 section 7 (Origin); OWASP, Cross-Site Request Forgery Prevention.
 */
import type { Context } from 'hono'
import { RingbackError } from '../errors.ts'
import { FACE_HEADER, faceOf } from './session-cookie.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a request that carries its credential in a cookie, unless it changes nothing or comes from a page of ours.
 * @throws RingbackError `cross_origin`
 */
export function requireOwnPage(c: Context, publicUrl: string | undefined): void {
  if (SAFE.has(c.req.method)) return
  if (faceOf(c) === undefined) throw crossOrigin(`say "${FACE_HEADER}: operator" or "${FACE_HEADER}: portal"`)
  if (originOf(c, publicUrl) !== 'ours') throw crossOrigin('it does not come from a page of this host')
}

/**
 * Refuses a request that a browser sent from a page of another origin; one of a program says nothing of that.
 * @throws RingbackError `cross_origin`
 */
export function refuseForeignPage(c: Context, publicUrl: string | undefined): void {
  if (originOf(c, publicUrl) === 'foreign') throw crossOrigin('it comes from a page of another origin')
}

/** Where a request comes from, as the browser says. `Host` may be what a proxy before us makes of it; the public URL is not. */
function originOf(c: Context, publicUrl: string | undefined): 'ours' | 'foreign' | 'unsaid' {
  const site = c.req.header('Sec-Fetch-Site')
  const origin = c.req.header('Origin')
  if (site !== undefined && site !== 'same-origin') return 'foreign'
  if (origin === undefined) return site === undefined ? 'unsaid' : 'ours'
  return isOurs(origin, c.req.header('Host'), publicUrl) ? 'ours' : 'foreign'
}

function isOurs(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  if (!URL.canParse(origin)) return false
  const { host: from, origin: whole } = new URL(origin)
  return from === host || (publicUrl !== undefined && whole === new URL(publicUrl).origin)
}

const crossOrigin = (why: string) =>
  new RingbackError('forbidden', 'cross_origin', `A request by cookie is refused unless it is ours: ${why}.`)
