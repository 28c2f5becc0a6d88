/**
 * Which headers a tenant may add to its callbacks. Framing and routing belong to HTTP itself (a tenant's
 * `content-length` would smuggle a second request onto the connection), identity and signature belong to Ringback.
 *
 * Source: RFC 9110 sections 5.5, 5.6.2, 7.6.1; RFC 9112 section 6.
 */
import type { Fault } from '../errors.ts'

/** Header names and values, names in any case. */
export type Headers = Readonly<Record<string, string>>

/**
 * Finds what is wrong with a tenant's headers, for registration.
 * @returns one fault for each; empty when all may be sent
 */
export function checkHeaders(headers: Headers): Fault[] {
  const faults: Fault[] = []
  const seen = new Set<string>()
  let bytes = 0
  for (const [name, value] of Object.entries(headers)) {
    const message =
      faultOf(name, value) ?? (seen.has(name.toLowerCase()) ? 'This header is given twice.' : null)
    if (message !== null) faults.push({ path: `headers.${name}`, message })
    seen.add(name.toLowerCase())
    bytes += name.length + value.length + LINE_OVERHEAD
  }
  if (seen.size > MAX_COUNT)
    faults.push({ path: 'headers', message: `There are more than ${MAX_COUNT} headers.` })
  if (bytes > MAX_BYTES)
    faults.push({ path: 'headers', message: `The headers are larger than ${MAX_BYTES} bytes.` })
  return faults
}

/** Leaves out what `checkHeaders` faults by name or value: the same rule once more, when a request is prepared. */
export function stripHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => faultOf(name, value) === null))
}

/** Leaves out framing and hop-by-hop headers, whoever set them: the last word, on the way to the wire. */
export function withoutFraming(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name in headers) if (!isFraming(name.toLowerCase())) kept[name] = headers[name]!
  return kept
}

function faultOf(name: string, value: string): string | null {
  if (!TOKEN.test(name)) return 'This is not a header name.'
  const lower = name.toLowerCase()
  if (isFraming(lower) || isOurs(lower)) return 'This header cannot be set.'
  return FIELD_VALUE.test(value)
    ? null
    : 'The value holds a line break, a control character or one beyond latin-1.'
}

const isFraming = (name: string) => FRAMING.has(name) || name.startsWith('proxy-')

const isOurs = (name: string) => OURS.has(name) || name.startsWith('webhook-')

const FRAMING = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'http2-settings',
  'expect',
  'accept-encoding', // answers are never decompressed, so no compressed one is asked for
  '__proto__', // a legal token, and a trap for every object of headers
])

const OURS = new Set(['content-type', 'content-encoding', 'user-agent', 'traceparent', 'tracestate'])

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i

/** What Node lets onto the wire: tab, printable ASCII, and the upper half of latin-1. */
const FIELD_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/

/** `: ` and CRLF. */
const LINE_OVERHEAD = 4

/** Apache and nginx refuse a header line over 8 KB by default; more would only fail there. */
const MAX_BYTES = 8_192
const MAX_COUNT = 50
