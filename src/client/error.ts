/**
 * What every call of the client may fail with. An error of the API carries the API's own `code`; those that the client
 * finds by itself are in `ClientErrorCode`.
 */

/** One fault in what was sent: where, and what is wrong. */
export interface Fault {
  /** A path such as `events[3].data.amount`; empty for the whole. */
  path: string
  message: string
}

/**
 * Codes of errors that no answer of the API stands behind:
 *
 * - `network_error`: no answer came; `cause` says why.
 * - `timeout`: no answer came in time.
 * - `answer_unreadable`: what came is not an answer of Ringback.
 * - `unknown_event_type`, `schema_violation`: the client's own catalogue refuses the event; nothing was sent.
 * - `emitter_closed`: the emitter takes no more events.
 */
export type ClientErrorCode =
  | 'network_error'
  | 'timeout'
  | 'answer_unreadable'
  | 'unknown_event_type'
  | 'schema_violation'
  | 'emitter_closed'

/** The particulars of an error. */
export interface ErrorDetails {
  status?: number | undefined
  errors?: readonly Fault[] | undefined
  requestId?: string | undefined
  retryAfterMs?: number | undefined
  cause?: unknown
}

/** A call that did not succeed. Go by its `code`. */
export class RingbackError extends Error {
  override readonly name = 'RingbackError'
  /** Stable, in snake_case: the API's own, or a `ClientErrorCode`. */
  readonly code: ClientErrorCode | (string & {})
  /** The status of the answer; undefined when there was none. */
  readonly status: number | undefined
  /** For people; may change. */
  readonly detail: string
  /** What is wrong in the request, place by place. */
  readonly errors: readonly Fault[]
  /** Under which the server's log has the request. */
  readonly requestId: string | undefined
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(code: ClientErrorCode | (string & {}), detail: string, details: ErrorDetails = {}) {
    super(`${detail} (${details.status === undefined ? code : `${details.status} ${code}`})`, {
      cause: details.cause,
    })
    this.code = code
    this.detail = detail
    this.status = details.status
    this.errors = details.errors ?? []
    this.requestId = details.requestId
    this.retryAfterMs = details.retryAfterMs
  }
}

/** A problem as the API writes it. Source: RFC 9457. */
export interface ProblemLike {
  status: number
  code: string
  detail: string
  errors?: readonly Fault[]
}

/** The error of a problem, wherever it stood. */
export const errorOfProblem = (problem: ProblemLike, details: ErrorDetails = {}): RingbackError =>
  new RingbackError(problem.code, problem.detail, {
    status: problem.status,
    errors: problem.errors,
    ...details,
  })

/** The error of an answer that is none of success. What stands before Ringback answers in its own words. */
export function errorOfAnswer(status: number, headers: Headers, text: string, now: number): RingbackError {
  const details = {
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterMs: retryAfter(headers.get('retry-after'), now),
  }
  const problem = readProblem(text)
  if (problem) return errorOfProblem({ ...problem, status }, details)
  const said = text.slice(0, 200).replace(/\s+/g, ' ').trim()
  return new RingbackError(`http_${status}`, said === '' ? `Answered ${status}.` : said, {
    status,
    ...details,
  })
}

function readProblem(text: string): Omit<ProblemLike, 'status'> | undefined {
  try {
    const { code, detail, errors } = JSON.parse(text) as Record<string, unknown>
    if (typeof code !== 'string' || typeof detail !== 'string') return undefined
    return { code, detail, errors: Array.isArray(errors) ? (errors as Fault[]) : [] }
  } catch {
    return undefined
  }
}

/** Seconds or a date. Source: RFC 9110, section 10.2.3. */
function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
