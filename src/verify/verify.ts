/**
 * Verifies that a request is a callback of Ringback's: signed with a secret that both know, lately, and whole.
 *
 * Source: Standard Webhooks 1.0.0, "Verifying webhook authenticity". The signature itself is the work of its library; the
 * rest is here, for the library allows one secret, has a window of its own, and tells reasons in words alone.
 */
import { Webhook } from 'standardwebhooks'
import type { AnyEvents, Callback } from './callback.ts'
import { VerificationError, type VerificationReason } from './error.ts'

/** One secret, or all that may have signed: while one is rotated, the old one and the new one. */
export type Secrets = string | readonly string[]

/** How strictly is verified. */
export interface VerifyOptions {
  /** How far the signing may lie from now, in seconds, both ways; 300 unless told. */
  windowSeconds?: number | undefined
  /** The most bytes of a body that is read; 1 MiB unless told. */
  maxBytes?: number | undefined
  /** The time; the system's unless told. */
  now?: (() => Date) | undefined
}

/** A header by its name in lower case. */
export type HeaderOf = (name: string) => string | null | undefined

/** Five minutes, as the standard's own libraries have it. */
const WINDOW_SECONDS = 300

export const MOST_BYTES = 1024 * 1024

/**
 * Verifies a callback that was read already.
 * @param body its very bytes, or their text; never what a parser made of it
 * @param headers of the request: a `Headers`, or an object by names in lower case, as Node has them
 * @throws VerificationError with the `reason`
 * @throws TypeError for a secret that cannot be one
 */
export function verify<Catalogue = AnyEvents>(
  body: string | Uint8Array,
  headers: Headers | Record<string, string | string[] | undefined>,
  secrets: Secrets,
  options: VerifyOptions = {},
): Callback<Catalogue> {
  const headerOf = headerReader(headers)
  const id = header(headerOf, 'webhook-id')
  const timestamp = header(headerOf, 'webhook-timestamp')
  const signatures = header(headerOf, 'webhook-signature')
  const sentAt = checkTime(timestamp, options)
  const text = textOf(body, options.maxBytes)
  const expected = webhooksOf(secrets).map((webhook) => webhook.sign(id, sentAt, text))
  const given = signatures.split(' ')
  // Every pair is compared, so that the time it takes tells nothing.
  const matches = expected.flatMap((one) => given.map((other) => isSame(one, other)))
  if (!matches.includes(true))
    throw refusal(
      'no_matching_signature',
      'None of its signatures is of this body by a secret that is known here.',
    )
  return { ...readBody(text), id, sentAt, body: text } as Callback<Catalogue>
}

function headerReader(headers: Headers | Record<string, string | string[] | undefined>): HeaderOf {
  if (typeof (headers as Headers).get === 'function') return (name) => (headers as Headers).get(name)
  return (name) => {
    const value = (headers as Record<string, string | string[] | undefined>)[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
}

function header(headerOf: HeaderOf, name: string): string {
  const value = headerOf(name)
  if (!value) throw refusal('missing_header', `The header ${name} is missing.`)
  return value
}

function checkTime(timestamp: string, { windowSeconds = WINDOW_SECONDS, now }: VerifyOptions): Date {
  if (!/^\d{1,12}$/.test(timestamp))
    throw refusal('malformed_header', 'The header webhook-timestamp is not in whole seconds since the epoch.')
  const seconds = Number(timestamp)
  const age = Math.floor((now?.() ?? new Date()).getTime() / 1_000) - seconds
  if (age > windowSeconds) throw refusal('timestamp_too_old', `It was signed ${age} seconds ago.`)
  if (-age > windowSeconds) throw refusal('timestamp_too_new', `It was signed ${-age} seconds from now.`)
  return new Date(seconds * 1_000)
}

/** What is not UTF-8 was not signed by Ringback, which sends JSON; decoding it leniently could make it look so. */
function textOf(body: string | Uint8Array, maxBytes = MOST_BYTES): string {
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    throw refusal('body_not_raw', 'The body was parsed before it was verified; hand in its bytes.')
  if (body.length > maxBytes) throw tooLarge(maxBytes)
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch (cause) {
    throw refusal('no_matching_signature', 'The body is not UTF-8.', { cause })
  }
}

/**
 * Looks at secrets before anything comes, so that a setting that is missing is seen at the start.
 * @throws TypeError
 */
export function checkSecrets(secrets: Secrets): void {
  webhooksOf(secrets)
}

function webhooksOf(secrets: Secrets): Webhook[] {
  const all = typeof secrets === 'string' ? [secrets] : secrets
  if (!all || all.length === 0) throw new TypeError('There is no secret to verify with.')
  return all.map((secret) => {
    try {
      return new Webhook(secret)
    } catch (cause) {
      throw new TypeError('A secret is "whsec_" and base64; one of those given is not.', { cause })
    }
  })
}

/** Takes as long for any two texts of equal length. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  return difference === 0
}

function readBody(text: string): { type: string; timestamp: Date; data: unknown } {
  try {
    const { type, timestamp, data } = JSON.parse(text) as Record<string, unknown>
    const time = new Date(timestamp as string)
    if (typeof type === 'string' && !Number.isNaN(time.getTime())) return { type, timestamp: time, data }
  } catch (cause) {
    throw refusal('body_not_json', 'The body is not JSON.', { cause })
  }
  throw refusal('body_not_json', 'The body has no `type` or no `timestamp`.')
}

export const refusal = (reason: VerificationReason, detail: string, options?: ErrorOptions) =>
  new VerificationError(reason, detail, options)

export const tooLarge = (maxBytes: number) =>
  refusal('body_too_large', `The body is larger than ${maxBytes} bytes.`)
