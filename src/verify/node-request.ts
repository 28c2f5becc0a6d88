/** Requests of Node's own server, and of frameworks on it. Described by their shape, so that nothing of Node is loaded. */
import type { AnyEvents, Callback } from './callback.ts'
import { joined } from './request.ts'
import { MOST_BYTES, refusal, type Secrets, tooLarge, type VerifyOptions, verify } from './verify.ts'

/** What is needed of Node's `IncomingMessage`. */
export interface NodeRequest extends AsyncIterable<unknown> {
  headers: Record<string, string | string[] | undefined>
  /** Whether all of its body was read. */
  readonly readableEnded?: boolean
  /** Where a body parser left it: raw as bytes or text, or already parsed. */
  body?: unknown
  /** Where some platforms leave the bytes beside what they parsed. */
  rawBody?: unknown
}

/**
 * Reads a request of Node's server and verifies it. A body that `express.raw()` or a platform has read and kept raw is
 * taken from there.
 * @throws VerificationError with the `reason`; `body_not_raw` behind a parser such as `express.json()`
 */
export async function verifyNodeRequest<Catalogue = AnyEvents>(
  request: NodeRequest,
  secrets: Secrets,
  options: VerifyOptions = {},
): Promise<Callback<Catalogue>> {
  const body = await rawBodyOf(request, options.maxBytes)
  return verify<Catalogue>(body, request.headers, secrets, options)
}

async function rawBodyOf(request: NodeRequest, maxBytes = MOST_BYTES): Promise<string | Uint8Array> {
  for (const kept of [request.rawBody, request.body]) {
    if (typeof kept === 'string' || kept instanceof Uint8Array) return kept
  }
  if (request.readableEnded)
    throw refusal(
      'body_not_raw',
      'The body was read and parsed before it was verified. Put the verification before body parsers such as ' +
        'express.json(), or have them keep the bytes.',
    )
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : (chunk as Uint8Array)
    chunks.push(bytes)
    size += bytes.length
    if (size > maxBytes) throw tooLarge(maxBytes)
  }
  return joined(chunks, size)
}
