/** Fastify. */
import { answerError, type ReceiverAnswer } from './answer.ts'
import type { Callback } from './callback.ts'
import type { ReceiverOptions } from './handler.ts'
import { type NodeResponse, runBehind } from './node-response.ts'
import { createOnce } from './once.ts'
import { keepCallback } from './verified.ts'
import { checkSecrets, MOST_BYTES, refusal, type Secrets, verify } from './verify.ts'

/** What is needed of a Fastify request. */
export interface FastifyRequestLike {
  headers: Record<string, string | string[] | undefined>
  body: unknown
}

/** What is needed of a Fastify reply. */
export interface FastifyReplyLike {
  readonly raw: NodeResponse
  readonly sent: boolean
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
  const bodyLimit = options.maxBytes ?? MOST_BYTES

  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
    done(null, body),
  )

  scope.addHook('preHandler', (request: FastifyRequestLike, reply: FastifyReplyLike, next: Next) => {
    handle(request, reply, next).catch(next)
  })

  async function handle(request: FastifyRequestLike, reply: FastifyReplyLike, next: Next): Promise<void> {
    let callback: Callback
    try {
      callback = verify(rawBodyOf(request), request.headers, secrets, options)
    } catch (error) {
      options.onRefused?.(error)
      send(reply, answerError(error))
      return
    }
    keepCallback(request, callback)
    const answer = await runBehind(once, callback.id, reply.raw, next)
    if (answer) send(reply, answer)
  }

  scope.addHook('onRoute', (route: { handler: Handler }) => {
    route.handler = endingItsResponse(route.handler)
  })
}

type Next = (error?: unknown) => void
type Handler = (this: unknown, request: FastifyRequestLike, reply: FastifyReplyLike) => unknown

/**
 * Where a handler resolves with nothing after its sender has left, Fastify leaves the response open: it is ended here. Not so
 * for a handler that returned its reply, to send it later: such a promise resolves as soon as the sender leaves.
 */
function endingItsResponse(handler: Handler): Handler {
  return function (request, reply) {
    const isAwaited = watchForAwait(reply)
    const given = handler.call(this, request, reply)
    if (!(given instanceof Promise)) return given
    return given.then((payload) => {
      if (payload === undefined && !isAwaited() && !reply.sent && reply.raw.destroyed) reply.raw.end()
      return payload
    })
  }
}

/** A reply is a promise of its own end. */
function watchForAwait(reply: FastifyReplyLike): () => boolean {
  const thenable = reply as FastifyReplyLike & { then?: (...given: unknown[]) => unknown }
  const { then } = thenable
  let isAwaited = false
  // biome-ignore lint/suspicious/noThenProperty: it is one already
  thenable.then = (...given) => {
    isAwaited = true
    return then?.apply(reply, given)
  }
  return () => isAwaited
}

function rawBodyOf({ body }: FastifyRequestLike): string | Uint8Array {
  if (body === undefined || body === null) return ''
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  throw refusal('body_not_raw', 'The body was parsed before it was verified; does another plugin parse it?')
}

const send = (reply: FastifyReplyLike, { status, headers, body }: ReceiverAnswer) =>
  reply.code(status).headers(headers).send(body)
