/** What came of one request, and how failures of sockets, TLS, HTTP and got read in Ringback's words. */
import { TIMEOUT as DNS_TIMEOUT } from 'node:dns'
import { RequestError, TimeoutError } from 'got'
import { AddressNotAllowed, NameNotResolved, TunnelFailed } from './connection-errors.ts'

/** Why there was no answer. */
export type EgressError =
  | 'dns_error'
  | 'dns_timeout'
  | 'connect_refused'
  | 'connect_timeout'
  | 'connect_reset'
  | 'tls_error'
  | 'tls_timeout'
  | 'response_timeout'
  | 'bad_response'
  | 'address_not_allowed'

/** A receiver's answer. A complete header block is one, whatever then becomes of the body. */
export interface Answer {
  /** As sent; not always a status that HTTP knows (Node lets 099 and 999 pass). */
  status: number
  /** Names in lower case. */
  headers: Record<string, string | string[]>
  /** The first 16 KiB, undecoded. */
  body: Buffer
  /** Whether the body went on, broke off, or was still coming at the deadline. */
  truncated: boolean
}

/** Where the time went, in ms; null for a phase that did not happen, such as a look-up on a socket used again. */
export interface Timings {
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  /** From the request sent to the answer's headers. */
  firstByteMs: number | null
  totalMs: number
}

/** What came of one request: exactly one of `response` and `error` is null. Whether a status is a success is the caller's. */
export interface Outcome {
  /** Milliseconds since the epoch. */
  startedAt: number
  durationMs: number
  response: Answer | null
  error: EgressError | null
  /** The underlying code, such as `CERT_HAS_EXPIRED`; for people to read, not to rely on. */
  detail?: string
  timings: Timings
  /** The receiver's IP address, when it was connected to. */
  remoteAddress: string | null
}

/** How far a request came; each step is later than the ones before. */
export type Stage = 'lookup' | 'connect' | 'tls' | 'exchange'

/** An error in Ringback's words. */
export interface Failure {
  error: EgressError
  detail?: string
}

/**
 * @param error as got raised it
 * @param stage what was under way when it came; an overrun deadline is told by it
 */
export function failureOf(error: Error, stage: Stage): Failure {
  if (error.cause instanceof AddressNotAllowed) return { error: 'address_not_allowed' }
  if (error.cause instanceof NameNotResolved) {
    const { code } = error.cause
    return { error: code === DNS_TIMEOUT ? 'dns_timeout' : 'dns_error', detail: code }
  }
  if (error.cause instanceof TunnelFailed) {
    const { code, stage: failed } = error.cause
    return { error: byCode(code, failed), detail: code }
  }
  if (error instanceof TimeoutError) return { error: TIMED_OUT[stage] }
  return { error: byCode(codeOf(error) ?? '', stage), ...detail(error) }
}

function byCode(code: string, stage: Stage): EgressError {
  if (code === 'ETIMEDOUT' || code === DNS_TIMEOUT) return TIMED_OUT[stage]
  if (stage === 'tls' || TLS_CODE.test(code)) return 'tls_error'
  if (stage !== 'exchange') return code === 'ECONNRESET' ? 'connect_reset' : 'connect_refused'
  return RESET_CODES.has(code) ? 'connect_reset' : 'bad_response'
}

const TIMED_OUT: Record<Stage, EgressError> = {
  lookup: 'dns_timeout',
  connect: 'connect_timeout',
  tls: 'tls_timeout',
  exchange: 'response_timeout',
}

/** Under TLS 1.3 a receiver may refuse the handshake after our side thinks it done. */
const TLS_CODE = /^ERR_(SSL|TLS)_/

const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'ERR_SOCKET_CLOSED', 'ERR_STREAM_DESTROYED'])

/** Whether the receiver closed a connection, as one does with an idle connection that we thought alive. */
export const isReset = (error: Error): boolean => RESET_CODES.has(codeOf(error) ?? '')

const detail = (error: unknown): { detail?: string } => {
  const code = codeOf(error)
  return code === undefined ? {} : { detail: code }
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof RequestError) return error.code
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
