/**
 * Where errors become answers. A problem's `code` is what a program may rely on; its words are for people.
 * Source: RFC 9457. `about:blank`: the meaning is that of the status, refined by `code`.
 */
import type { Context, ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { isOutage } from '../db/outage.ts'
import { type ErrorKind, RingbackError, unavailable } from '../errors.ts'
import type { Log } from '../telemetry/log.ts'
import type { ApiEnv } from './needs.ts'

/** An error as it is answered. */
export interface Problem {
  type: 'about:blank'
  title: string
  status: number
  detail: string
  code: string
  errors: { path: string; message: string }[]
}

const ANSWERS = {
  malformed: [400, 'Bad Request'],
  unauthorized: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  not_found: [404, 'Not Found'],
  conflict: [409, 'Conflict'],
  too_large: [413, 'Content Too Large'],
  unsupported_media_type: [415, 'Unsupported Media Type'],
  refused: [422, 'Unprocessable Content'],
  rate_limited: [429, 'Too Many Requests'],
  overloaded: [429, 'Too Many Requests'],
  unavailable: [503, 'Service Unavailable'],
} as const satisfies Record<ErrorKind, readonly [number, string]>

/** What waits is worked off within seconds, or everybody comes back to find it full again. */
const OVERLOADED_RETRY_AFTER_SECONDS = 2

/** Long enough for a restart of Postgres to get on, short enough that a client is not kept from a quick recovery. */
const RETRY_AFTER_SECONDS = 5

const INTERNAL: Problem = {
  type: 'about:blank',
  title: 'Internal Server Error',
  status: 500,
  detail: 'Something went wrong inside Ringback; the log has it under the request id.',
  code: 'internal_error',
  errors: [],
}

/** What an error is answered with; nothing of an unforeseen error's own text gets out. */
export const problemOf = (error: unknown): Problem => foreseenProblemOf(error) ?? INTERNAL

/** What an error that was raised on purpose, or an outage, is answered with; undefined for a fault of ours. */
export function foreseenProblemOf(error: unknown): Problem | undefined {
  const known = knownErrorOf(error)
  if (!known) return undefined
  const [status, title] = ANSWERS[known.kind]
  const errors = known.faults.map(({ path, message }) => ({ path, message }))
  return { type: 'about:blank', title, status, detail: known.message, code: known.code, errors }
}

function knownErrorOf(error: unknown): RingbackError | undefined {
  if (error instanceof RingbackError) return error
  if (isOutage(error))
    return unavailable('The database is away; nothing was changed. Try again shortly.', error)
  return undefined
}

/** 415: a body that is not declared to be JSON. */
export const unsupportedMediaType = (): RingbackError =>
  new RingbackError(
    'unsupported_media_type',
    'unsupported_media_type',
    'Send JSON, with "Content-Type: application/json".',
  )

/** The one place that answers what was thrown; what is our fault is logged. */
export function answerError(log: Log): ErrorHandler<ApiEnv> {
  return (error, c) => {
    const problem = problemOf(error)
    if (problem.status >= 500) {
      const { method, path } = c.req
      log.error(
        { err: error, requestId: c.get('requestId'), method, path, code: problem.code },
        'a request failed',
      )
    }
    return answerProblem(c, problem)
  }
}

/** Answers a problem, with the headers that its status calls for. */
export function answerProblem(c: Context, problem: Problem, headers: Record<string, string> = {}): Response {
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'Content-Type': 'application/problem+json',
    ...headersFor(problem),
    ...headers,
  })
}

function headersFor({ status, code }: Problem): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer' }
  if (code === 'overloaded') return { 'Retry-After': String(OVERLOADED_RETRY_AFTER_SECONDS) }
  if (status === 503) return { 'Retry-After': String(RETRY_AFTER_SECONDS) }
  return {}
}

/** 404: no route has this path. */
export function routeProblem(c: Context): Response {
  const detail = `There is nothing at ${c.req.path}. The API is described at /openapi.json.`
  return answerProblem(c, {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail,
    code: 'route_not_found',
    errors: [],
  })
}

/** 405: the path exists, with other methods. */
export function methodProblem(c: Context, allowed: string[]): Response {
  const detail = `${c.req.path} does not take ${c.req.method}, but ${allowed.join(', ')}.`
  const problem: Problem = {
    type: 'about:blank',
    title: 'Method Not Allowed',
    status: 405,
    detail,
    code: 'method_not_allowed',
    errors: [],
  }
  return answerProblem(c, problem, { Allow: allowed.join(', ') })
}
