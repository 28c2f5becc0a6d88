/**
 * Requests that never become one, since they cannot be read as HTTP: refused by Node's parser, or for want of a good
 * `Host`. They are answered like any other error, and their connection is closed: where the next request would begin is
 * not known.
 * Source: RFC 9112 section 3.2 (Host); RFC 6585 section 5 (431); RFC 9110 section 15.5.9 (408).
 */
import type { Duplex } from 'node:stream'
import { RequestError } from '@hono/node-server'
import { type Problem, problemOf } from './problem.ts'
import { PLAIN_HEADERS } from './security-headers.ts'

/** Answers on a socket what the parser refused. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) socket.destroy()
  else socket.end(messageOf(REFUSALS[error.code ?? ''] ?? MALFORMED), () => socket.destroy())
}

/** Answers what the server could not make a request of. */
export function answerNoRequest(error: unknown): Response {
  const problem =
    error instanceof RequestError ? { ...MALFORMED, detail: `${error.message}.` } : problemOf(error)
  return new Response(JSON.stringify(problem), { status: problem.status, headers: HEADERS })
}

const HEADERS = { ...PLAIN_HEADERS, 'Content-Type': 'application/problem+json', Connection: 'close' }

const MALFORMED: Problem = {
  type: 'about:blank',
  title: 'Bad Request',
  status: 400,
  detail: 'The request is not well-formed HTTP.',
  code: 'malformed_request',
  errors: [],
}

/** By the codes of Node's errors; every other is `MALFORMED`. */
const REFUSALS: Partial<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: {
    type: 'about:blank',
    title: 'Request Header Fields Too Large',
    status: 431,
    detail: 'The headers are larger than 16 KiB.',
    code: 'headers_too_large',
    errors: [],
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    type: 'about:blank',
    title: 'Request Timeout',
    status: 408,
    detail: 'The request did not come to its end in time.',
    code: 'request_timeout',
    errors: [],
  },
}

/** A whole HTTP message, for a socket that no answer of the server's belongs to. */
function messageOf(problem: Problem): string {
  const body = JSON.stringify(problem)
  const headers = Object.entries({ ...HEADERS, 'Content-Length': Buffer.byteLength(body) })
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines}\r\n${body}`
}
