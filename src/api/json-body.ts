/**
 * The body of a request: read once, bounded before it is parsed, parsed once.
 * Source: RFC 8259 section 8.1 (UTF-8 alone); RFC 9110 section 15.5.14 and 15.5.16.
 */
import { isUtf8 } from 'node:buffer'
import type { Context, MiddlewareHandler } from 'hono'
import { malformed, RingbackError, tooLarge } from '../errors.ts'
import { depthExceeds } from '../events/raw-json.ts'
import type { ApiEnv } from './needs.ts'
import { unsupportedMediaType } from './problem.ts'

/** What a request carried. */
export interface JsonBody {
  bytes: Uint8Array
  /** The same as text: parts of it are kept as they were written. */
  text: string
  /** The same, parsed. */
  value: Record<string, unknown>
}

const KIB = 1024
/** An event and what surrounds it; everything else that is configured through the API is far smaller. */
export const MOST_BYTES = 256 * KIB
/** A batch: many small events, or sixteen of the largest. */
export const MOST_BATCH_BYTES = 4096 * KIB
const BATCH_PATH = '/v1/events'
/** Who signs in has shown no key yet, and sends one alone. */
export const MOST_SIGN_IN_BYTES = 8 * KIB
const SIGN_IN_PATH = '/v1/session'

/** No schema of ours nests deeper than ten, no sane event deeper than a hundred; recursion in any library stands that. */
const MOST_DEPTH = 100

const EMPTY: JsonBody = { bytes: new Uint8Array(), text: '{}', value: {} }

/**
 * Reads the JSON object that a POST, PUT or PATCH carries; a request without any body counts as `{}`.
 * @throws RingbackError `unsupported_media_type`, `payload_too_large`, `json_too_deep`, `malformed_json`
 */
export function readJsonBody(): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (CARRIES_BODY.has(c.req.method)) c.set('body', await read(c))
    await next()
  }
}

const CARRIES_BODY = new Set(['POST', 'PUT', 'PATCH'])

async function read(c: Context): Promise<JsonBody> {
  const declared = declaredLength(c)
  if (declared === 0) return EMPTY
  const isJson = JSON_TYPE.test(c.req.header('Content-Type') ?? '')
  const most = mostBytes(c.req.path)
  if (declared !== undefined && declared > most) throw bodyTooLarge(most)
  const bytes = await received(declared === undefined ? readAtMost(c.req.raw, most) : readAll(c))
  if (bytes.length === 0) return EMPTY
  if (!isJson) throw unsupportedMediaType()
  return parseJson(bytes)
}

function mostBytes(path: string): number {
  if (path === BATCH_PATH) return MOST_BATCH_BYTES
  return path === SIGN_IN_PATH ? MOST_SIGN_IN_BYTES : MOST_BYTES
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/i

/** Undefined when it is not said, or not to be relied upon. */
function declaredLength(c: Context): number | undefined {
  if (c.req.header('Transfer-Encoding') !== undefined) return undefined
  const length = c.req.header('Content-Length')
  if (length !== undefined) return Number(length)
  return c.req.raw.body === null ? 0 : undefined
}

/** A caller that goes away in the middle is no outage of ours. */
async function received(bytes: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await bytes
  } catch (cause) {
    if (cause instanceof RingbackError) throw cause
    throw malformed('body_incomplete', 'The connection ended before the body did.', [], cause)
  }
}

/** The server has cut the body at its declared length. */
async function readAll(c: Context): Promise<Uint8Array> {
  return new Uint8Array(await c.req.raw.arrayBuffer())
}

async function readAtMost({ body }: Request, most: number): Promise<Uint8Array> {
  if (!body) return EMPTY.bytes
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the rest.
  for await (const chunk of body) {
    length += chunk.length
    if (length > most) throw bodyTooLarge(most)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

const bodyTooLarge = (most: number) => tooLarge(`The body is larger than ${most / KIB} KiB.`)

/**
 * Parses the bytes of a body.
 * @throws RingbackError `json_too_deep`, `malformed_json`
 */
export function parseJson(bytes: Uint8Array): JsonBody {
  if (!isUtf8(bytes)) throw malformed('malformed_json', 'The body is not UTF-8.')
  if (depthExceeds(bytes, MOST_DEPTH)) {
    throw malformed('json_too_deep', `Arrays and objects in the body nest deeper than ${MOST_DEPTH}.`)
  }
  const text = textOf(bytes)
  const value = parseText(text)
  if (!isObject(value)) throw malformed('malformed_json', 'The body must be a JSON object.')
  return { bytes, text, value }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed('malformed_json', `The body is not JSON: ${(cause as Error).message}`, [], cause)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
