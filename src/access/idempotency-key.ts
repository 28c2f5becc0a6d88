import { createHash } from 'node:crypto'
import { malformed } from '../errors.ts'

/** A request that may be sent again: the same key with the same fingerprint is the same request. */
export interface IdempotentRequest {
  /** Whose key it is: two callers may use the same one. */
  owner: string
  key: string
  /** SHA-256 over what was asked. */
  fingerprint: Buffer
}

/**
 * Reads an `Idempotency-Key` header, bare or as the quoted string of the standard; both spell the same key.
 * @returns undefined without the header
 * @throws RingbackError `idempotency_key_invalid`: not 1-255 printable ASCII characters
 * Source: draft-ietf-httpapi-idempotency-key-header-07 section 2.1; RFC 8941 section 3.3.3 (strings).
 */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const key = QUOTED.test(header) ? header.slice(1, -1).replace(/\\(["\\])/g, '$1') : header
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw malformed('idempotency_key_invalid', 'An Idempotency-Key has 1 to 255 printable ASCII characters.')
  }
  return key
}

/**
 * One part of a request that is done in parts: it comes again with the whole, and with nothing else.
 * @param index where it stands in the whole
 */
export function partOf({ owner, key, fingerprint }: IdempotentRequest, index: number): IdempotentRequest {
  // No caller can send such a key: there is no line break in a header.
  return { owner, key: `${key}\n${index}`, fingerprint }
}

const QUOTED = /^"(?:[^"\\]|\\["\\])*"$/

/** What makes two requests the same: method, path and the bytes of the body. */
export function fingerprintOf(method: string, path: string, body: Uint8Array | string): Buffer {
  return createHash('sha256').update(`${method} ${path}\n`).update(body).digest()
}
