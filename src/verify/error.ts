/** Why a request is not taken for a callback of Ringback. */

/**
 * What is wrong, in a word:
 *
 * - `missing_header`: one of `webhook-id`, `webhook-timestamp`, `webhook-signature` is not there; no callback, most likely.
 * - `malformed_header`: one of them cannot be read.
 * - `timestamp_too_old`, `timestamp_too_new`: outside of the window; a replay, or a clock that is wrong.
 * - `no_matching_signature`: another secret, or another body than was signed.
 * - `body_not_raw`: something before the verification has read the body and left only what it parsed. A signature is over
 *   the bytes, so it cannot be verified; see the adapter of your framework.
 * - `body_too_large`: more bytes than `maxBytes`.
 * - `body_not_json`: the signature is true, but the body is no callback of Ringback's.
 */
export type VerificationReason =
  | 'missing_header'
  | 'malformed_header'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'no_matching_signature'
  | 'body_not_raw'
  | 'body_too_large'
  | 'body_not_json'

/** A request that could not be verified. Nothing of it is to be believed. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError'

  constructor(
    /** Stable. */
    readonly reason: VerificationReason,
    /** For people; may change. It holds nothing secret. */
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${detail} (${reason})`, options)
  }

  /** What to answer: the sender's fault, unless this receiver is built wrong. */
  get status(): number {
    return STATUSES[this.reason]
  }
}

const STATUSES: Record<VerificationReason, number> = {
  missing_header: 400,
  malformed_header: 400,
  timestamp_too_old: 401,
  timestamp_too_new: 401,
  no_matching_signature: 401,
  body_not_raw: 500,
  body_too_large: 413,
  body_not_json: 400,
}
