/** The words of an attempt: one HTTP request made for a delivery, and what came back. */

/** What went wrong: a cause on the way there, or `http_status` for an answer that is not a success. */
export const ATTEMPT_ERRORS = [
  'dns_error',
  'dns_timeout',
  'connect_refused',
  'connect_timeout',
  'connect_reset',
  'tls_error',
  'tls_timeout',
  'response_timeout',
  'bad_response',
  'address_not_allowed',
  'http_status',
] as const
export type AttemptError = (typeof ATTEMPT_ERRORS)[number]

/** How long each part took, in milliseconds; null where the part did not happen (a reused socket has no DNS). */
export interface Timings {
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  firstByteMs: number | null
  totalMs: number
}
