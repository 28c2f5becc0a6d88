/** Hono. */
import { answerError, isSuccess } from './answer.ts'
import type { Callback } from './callback.ts'
import { asResponse, type ReceiverOptions } from './handler.ts'
import { createOnce } from './once.ts'
import { readBytes } from './request.ts'
import { keepCallback } from './verified.ts'
import { checkSecrets, MOST_BYTES, type Secrets, tooLarge, verify } from './verify.ts'

/** What is needed of Hono's context. */
export interface HonoContext {
  req: {
    raw: Request
    /** What was read of the body, by the method that it was asked with. */
    bodyCache: object
    arrayBuffer(): Promise<ArrayBuffer>
  }
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
    const answer = await once(callback.id, async () => {
      keepCallback(c, callback)
      await next()
      return isSuccess(c.res.status)
    })
    return answer && asResponse(answer)
  }
}

/**
 * Once, for whoever asks first; Hono keeps the bytes for the next. Never through Hono's own reading, which has no bound where
 * the length of a body is not told.
 */
async function bytesOf({ req }: HonoContext, maxBytes = MOST_BYTES): Promise<Uint8Array> {
  if (Number(req.raw.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  if (Object.keys(req.bodyCache).length > 0) return new Uint8Array(await req.arrayBuffer())
  const bytes = await readBytes(req.raw, maxBytes)
  Object.assign(req.bodyCache, { arrayBuffer: Promise.resolve(bytes.buffer) })
  return bytes
}
