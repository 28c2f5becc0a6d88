/** Fastify. */
import { answerError, answerTo, type ReceiverAnswer } from './answer.ts'
import type { Callback } from './callback.ts'
import type { ReceiverOptions } from './handler.ts'
import { isSuccess } from './node.ts'
import { createOnce } from './once.ts'
import { callbackOf, keepCallback } from './verified.ts'
import { checkSecrets, MOST_BYTES, refusal, type Secrets, verify } from './verify.ts'

/** What is needed of a Fastify request. */
export interface FastifyRequestLike {
  headers: Record<string, string | string[] | undefined>
  body: unknown
}

/** What is needed of a Fastify reply. */
export interface FastifyReplyLike {
  statusCode: number
  code(status: number): FastifyReplyLike
  headers(headers: Record<string, string>): FastifyReplyLike
  send(body?: string): unknown
}

/** What is needed of a Fastify instance. */
export interface FastifyLike {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    contentType: string,
    options: { parseAs: 'buffer'; bodyLimit: number },
    // biome-ignore lint/suspicious/noExplicitAny: Fastify's own request types stand here
    parser: (request: any, body: any, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown
  // biome-ignore lint/suspicious/noExplicitAny: one signature for each of Fastify's hooks
  addHook(name: any, hook: any): unknown
}

/**
 * Makes the routes of a Fastify scope verify what they get: only verified callbacks reach their handlers, where
 * `callbackOf(request)` has them. Bodies are kept raw in this scope, so give callbacks one of their own.
 * @example
 * app.register(async (scope) => {
 *   verifyFastify(scope, process.env.SECRET!)
 *   scope.post('/callbacks', async (request, reply) => {
 *     const { type, data } = callbackOf(request)
 *     return reply.code(204).send()
 *   })
 * })
 */
export function verifyFastify(scope: FastifyLike, secrets: Secrets, options: ReceiverOptions = {}): void {
  const once = createOnce(options)
  checkSecrets(secrets)
  const inHand = new WeakSet<object>()
  const bodyLimit = options.maxBytes ?? MOST_BYTES

  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
    done(null, body),
  )

  scope.addHook('preHandler', async (request: FastifyRequestLike, reply: FastifyReplyLike) => {
    let callback: Callback
    try {
      callback = verify(rawBodyOf(request), request.headers, secrets, options)
    } catch (error) {
      options.onRefused?.(error)
      return send(reply, answerError(error))
    }
    const answer = answerTo(await once.begin(callback.id))
    if (answer) return send(reply, answer)
    keepCallback(request, callback)
    inHand.add(request)
    return undefined
  })

  scope.addHook('onResponse', (request: FastifyRequestLike, reply: FastifyReplyLike) =>
    end(request, isSuccess(reply.statusCode)),
  )
  scope.addHook('onRequestAbort', (request: FastifyRequestLike) => end(request, false))

  async function end(request: object, succeeded: boolean): Promise<void> {
    if (!inHand.delete(request)) return
    await once.end(callbackOf(request).id, succeeded)
  }
}

function rawBodyOf({ body }: FastifyRequestLike): string | Uint8Array {
  if (body === undefined || body === null) return ''
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  throw refusal('body_not_raw', 'The body was parsed before it was verified; does another plugin parse it?')
}

const send = (reply: FastifyReplyLike, { status, headers, body }: ReceiverAnswer) =>
  reply.code(status).headers(headers).send(body)
