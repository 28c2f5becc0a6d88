/**
 * The family of errors that Ringback raises on purpose. Each has a stable `code` that a program may rely on; the API
 * turns them into problem+json in one place (`api/problem.ts`). Anything else that is thrown is a bug or an outage.
 */

/** One fault in what the caller sent: where, and what is wrong. */
export interface Fault {
  /** A path such as `events[3].data.amount`; empty for the whole. */
  path: string
  message: string
}

/** What kind of answer an error calls for; the API maps each to one HTTP status. */
export type ErrorKind =
  | 'malformed'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'refused'
  | 'rate_limited'
  | 'overloaded'
  | 'unavailable'

/** The base of the family. */
export class RingbackError extends Error {
  override readonly name: string = 'RingbackError'

  constructor(
    readonly kind: ErrorKind,
    /** Stable, snake_case. */
    readonly code: string,
    message: string,
    readonly faults: readonly Fault[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** 400: cannot be read at all. */
export const malformed = (code: string, message: string, faults: readonly Fault[] = [], cause?: unknown) =>
  new RingbackError('malformed', code, message, faults, { cause })

/** 422: readable, but refused. */
export const refused = (code: string, message: string, faults: readonly Fault[] = []) =>
  new RingbackError('refused', code, message, faults)

/** 403: a good key, but not for this. */
export const forbidden = (message: string) => new RingbackError('forbidden', 'forbidden', message)

/** 404: absent, or another tenant's; the two look the same. */
export const notFound = (what: string) => new RingbackError('not_found', 'not_found', `No such ${what}.`)

/** 409: the thing is not in a state that allows it. */
export const conflict = (code: string, message: string) => new RingbackError('conflict', code, message)

/** 413: more bytes than a request may have. */
export const tooLarge = (message: string) => new RingbackError('too_large', 'payload_too_large', message)

/** 429: what came before is not worked off yet; nothing was done. */
export const overloaded = (message: string) => new RingbackError('overloaded', 'overloaded', message)

/** 503: a part that the request needs (Postgres) is away. */
export const unavailable = (message: string, cause?: unknown) =>
  new RingbackError('unavailable', 'unavailable', message, [], { cause })

/** The process cannot start as configured; the message names the cure. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}
