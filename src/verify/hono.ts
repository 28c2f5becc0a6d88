/** Hono. */
import { answerError, answerTo } from './answer.ts'
import type { Callback } from './callback.ts'
import { asResponse, type ReceiverOptions } from './handler.ts'
import { isSuccess } from './node.ts'
import { createOnce } from './once.ts'
import { keepCallback } from './verified.ts'
import { checkSecrets, MOST_BYTES, type Secrets, tooLarge, verify } from './verify.ts'

/** What is needed of Hono's context. */
export interface HonoContext {
  req: { raw: Request; arrayBuffer(): Promise<ArrayBuffer> }
  readonly res: Response
}

/**
 * Hono middleware: lets verified callbacks through, and answers the rest itself. `callbackOf(c)` has what it read;
 * `c.req.json()` and the like still work.
 * @example
 * app.post('/callbacks', verifyHono(process.env.SECRET!), (c) => {
 *   const { type, data } = callbackOf(c)
 *   return c.body(null, 204)
 * })
 */
export function verifyHono(
  secrets: Secrets,
  options: ReceiverOptions = {},
  // biome-ignore lint/suspicious/noConfusingVoidType: as Hono types its middleware
): (c: HonoContext, next: () => Promise<void>) => Promise<Response | void> {
  const once = createOnce(options)
  checkSecrets(secrets)
  return async (c, next) => {
    let callback: Callback
    try {
      callback = verify(await bytesOf(c, options.maxBytes), c.req.raw.headers, secrets, options)
    } catch (error) {
      options.onRefused?.(error)
      return asResponse(answerError(error))
    }
    const answer = answerTo(await once.begin(callback.id))
    if (answer) return asResponse(answer)
    keepCallback(c, callback)
    let succeeded = false
    try {
      await next()
      succeeded = isSuccess(c.res.status)
    } finally {
      await once.end(callback.id, succeeded)
    }
  }
}

/** Through Hono, which keeps what was read for whoever asks next. */
async function bytesOf(c: HonoContext, maxBytes = MOST_BYTES): Promise<Uint8Array> {
  if (Number(c.req.raw.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  return new Uint8Array(await c.req.arrayBuffer())
}
