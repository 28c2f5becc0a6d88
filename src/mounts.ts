/** How servers other than our own ask the API. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { answerNoRequest } from './api/unreadable.ts'

/** Answers a request; the bindings say which socket it came on. */
export type Answer = (request: Request, bindings: Partial<HttpBindings>) => Promise<Response>

/** Answers a request of Node's, as `createServer(handler)` and `app.use('/callbacks', handler)` of Express call it. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, next?: unknown) => void

/** What is needed of a Fastify instance. */
export interface FastifyScope {
  removeAllContentTypeParsers(): unknown
  // biome-ignore lint/suspicious/noExplicitAny: Fastify's own types stand here
  addContentTypeParser(type: string, parser: (request: any, payload: any, done: any) => void): unknown
  // biome-ignore lint/suspicious/noExplicitAny: Fastify's own types stand here
  all(path: string, handler: (request: any, reply: any) => unknown): unknown
}

/** A plugin of Fastify: `app.register(plugin, { prefix: '/callbacks' })`. */
export type FastifyPlugin = (scope: FastifyScope, options: unknown, done: () => void) => void

/** For Node's own server, and for Express. */
export function nodeHandler(answer: Answer): NodeHandler {
  const listener = getRequestListener((request, bindings) => answer(request, bindings as HttpBindings), {
    errorHandler: answerNoRequest,
    // The host's `Request` and `Response` stay as they are.
    overrideGlobalObjects: false,
  })
  return (request, response) => {
    if (wasRead(request)) refuseRead(response)
    else void listener(request, response)
  }
}

/** For Fastify: the scope keeps its bodies as they come, and leaves the answer to us. */
export const fastifyPlugin =
  (handler: NodeHandler): FastifyPlugin =>
  (scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
    for (const path of ['/', '/*'])
      scope.all(path, (request, reply) => {
        reply.hijack()
        handler(request.raw, reply.raw)
      })
    done()
  }

/** Something before us has taken the body: what a host sends is delivered as it was written, and that is gone. */
const wasRead = (request: IncomingMessage & { body?: unknown }): boolean =>
  request.body !== undefined && request.readableDidRead

function refuseRead(response: ServerResponse): void {
  const detail =
    'Something before Ringback has parsed the body. Mount Ringback before it, in Express before express.json().'
  const problem = {
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail,
    code: 'body_not_raw',
    errors: [],
  }
  response.writeHead(500, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
}
