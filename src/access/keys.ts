import { createHash, timingSafeEqual } from 'node:crypto'
import { RingbackError } from '../errors.ts'

/** Who calls, once the key was good. */
export interface Caller {
  /** The stable id of the key's holder: whose `Idempotency-Key`s these are. It outlives a change of the key itself. */
  owner: string
}

/** Tells callers apart by the key they send. */
export interface Access {
  /**
   * @param header the `Authorization` header as it came
   * @throws RingbackError `unauthorized`: none, not of the form `Bearer <key>`, or not a key of ours
   */
  authenticate(header: string | undefined): Caller
}

/** The holder of the installation's own key. */
const ADMIN: Caller = { owner: 'admin' }

/**
 * Access by the one admin key.
 * Source: RFC 6750 section 2.1, without its grammar of the token: an operator's key may be any string.
 */
export function createAccess({ adminKey }: { adminKey: string }): Access {
  // Digests have one length whatever was sent, and comparing them tells nothing of the key, byte by byte or by length.
  const expected = digestOf(adminKey)
  return {
    authenticate(header) {
      const key = bearerOf(header)
      if (key === undefined || !timingSafeEqual(digestOf(key), expected)) throw unauthorized()
      return ADMIN
    },
  }
}

function bearerOf(header: string | undefined): string | undefined {
  return header?.match(/^Bearer +(.+)$/i)?.[1]
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

function unauthorized(): RingbackError {
  return new RingbackError(
    'unauthorized',
    'unauthorized',
    'Send a valid key as "Authorization: Bearer <key>".',
  )
}
