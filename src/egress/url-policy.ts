/**
 * What can be decided about a callback URL without asking DNS: at registration, and once more before each request.
 *
 * Node reads URLs by the WHATWG standard, which mends a great deal (`0x7f.1` becomes `127.0.0.1`, tabs vanish). What it
 * would mend silently in a way other parsers do not share is refused; the rest is judged in its mended form.
 */
import { isIP } from 'node:net'
import type { AddressPolicy } from './address-policy.ts'
import { isForbiddenPort } from './forbidden-ports.ts'

/** A URL in its normal form, or why not. */
export type UrlVerdict =
  | { ok: true; url: string }
  | { ok: false; code: 'url_invalid' | 'url_not_allowed'; message: string }

/** Judges a URL; gives the normal form to keep and to send to. */
export type UrlPolicy = (url: string) => UrlVerdict

/**
 * @param addresses judges IP literals
 * @param requireHttps whether plain `http:` is refused
 */
export function createUrlPolicy(addresses: AddressPolicy, requireHttps: boolean): UrlPolicy {
  return (text) => {
    if (text.length > MAX_LENGTH) return invalid(`The URL is longer than ${MAX_LENGTH} characters.`)
    if (RAW_FORBIDDEN.test(text)) return invalid('The URL holds a space, a control character or a backslash.')
    if (!SCHEME.test(text)) return invalid('The URL must begin with https:// or http://.')
    if (!URL.canParse(text)) return invalid('The URL cannot be read.')

    const url = new URL(text)
    if (requireHttps && url.protocol !== 'https:') return invalid('The URL must begin with https://.')
    if (USERINFO.test(text)) return invalid('The URL must not hold a user name or password.')

    const host = hostOf(url)
    if (isForbiddenPort(url.port) || !hostAllowed(host, addresses)) return NOT_ALLOWED

    url.hash = ''
    if (url.hostname.endsWith('.')) url.hostname = host
    return url.href.length > MAX_LENGTH
      ? invalid(`The URL is longer than ${MAX_LENGTH} characters.`)
      : { ok: true, url: url.href }
  }
}

/** Long enough for signed callback URLs, short enough for a log line and an index. */
const MAX_LENGTH = 2_048

/** C0 and C1 controls, space, DEL: the parser trims or drops some. Backslash: it reads as a slash, others do not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const RAW_FORBIDDEN = /[\u0000-\u0020\u007f-\u009f\\]/

/** With two slashes: the parser would also take `http:127.0.0.1`, and `http:///127.0.0.1`. */
const SCHEME = /^https?:\/\/(?!\/)/i

/** An empty one too: the parser drops it. */
const USERINFO = /^https?:\/\/[^/?#]*@/i

const invalid = (message: string): UrlVerdict => ({ ok: false, code: 'url_invalid', message })

/** One message for all: which rule refused would map the operator's network for whoever asks. */
const NOT_ALLOWED: UrlVerdict = {
  ok: false,
  code: 'url_not_allowed',
  message: 'Callbacks to this address are not allowed.',
}

/** The host without the brackets of an IPv6 literal and without the one trailing dot of an absolute name. */
export function hostOf(url: URL): string {
  const { hostname } = url
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname.replace(/\.$/, '')
}

function hostAllowed(host: string, addresses: AddressPolicy): boolean {
  return isIP(host) === 0 ? nameAllowed(host) : addresses.allows(host)
}

function nameAllowed(name: string): boolean {
  const labels = name.split('.')
  if (name.length > 253 || labels.length < 2 || !labels.every((label) => LABEL.test(label))) return false
  return (
    !RESERVED_TOP.has(labels.at(-1)!) &&
    !RESERVED_SUFFIXES.some((suffix) => name === suffix || name.endsWith(`.${suffix}`))
  )
}

/** RFC 1123 section 2.1, and the underscore that service names in DNS use. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/** Top-level names under which only private networks answer. Those that nobody answers for are left to DNS. */
const RESERVED_TOP = new Set([
  'localhost', // RFC 6761
  'local', // mDNS, RFC 6762
  'onion', // RFC 7686
  'alt', // RFC 9476
  'internal', // reserved by ICANN for private use; clouds serve metadata under it
  'corp', // ICANN: never delegated, as the next two
  'home',
  'mail',
  'localdomain', // common on private networks
  'lan',
  'intranet',
  'private',
  'svc', // Kubernetes
])

/** RFC 8375. */
const RESERVED_SUFFIXES = ['home.arpa']
