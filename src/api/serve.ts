import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { SECOND } from '../duration.ts'
import { StartRefused } from '../errors.ts'
import type { Api } from './needs.ts'
import { answerNoRequest, answerUnreadable } from './unreadable.ts'

/** A listening API. */
export interface ApiServer {
  url: string
  /** Answers what was asked, takes no more. Ends within the grace, whatever clients leave half said. */
  stop(): Promise<void>
}

/** Where to listen, and how to stop. */
export interface ServeOptions {
  host: string
  port: number
  /** Whether the process is about to stop: then the next answer on each connection is its last. */
  isLeaving?: () => boolean
  graceMs?: number
}

/**
 * How long an open connection keeps a stopping server: many times the longest request takes, which waits for a few commits.
 * A client that connected and says nothing would keep it for ever, since Node's own timeouts end with `close`.
 */
const STOP_GRACE = 5 * SECOND

/** What a request of HTTP/1.0 is taken to be for: it need not say, and the probes of some load balancers do not. */
const UNNAMED_HOST = 'localhost'

/**
 * Listens. Resolves when connections are taken.
 * @throws StartRefused when the port is taken or may not be used, or the address is not one of this machine
 */
export async function serveApi(
  api: Api,
  { host, port, isLeaving = () => false, graceMs = STOP_GRACE }: ServeOptions,
): Promise<ApiServer> {
  const server = createApiServer(api, isLeaving)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(refusal(cause, host, port)))
    server.listen(port, host, () => resolve())
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    stop: () =>
      new Promise((resolve) => {
        const cutOff = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cutOff)
          resolve()
        })
        // Idle keep-alive connections would hold the server open until their client lets go.
        server.closeIdleConnections()
      }),
  }
}

function createApiServer(api: Api, isLeaving: () => boolean) {
  const answer = getRequestListener(api.fetch, { errorHandler: answerNoRequest })
  const answering = new WeakMap<Duplex, ServerResponse>()

  // Node would refuse a request without a Host by itself, in no words.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    answering.set(incoming.socket, outgoing)
    // Else its client might send the next request at the moment in which the connection is closed, and hear nothing.
    if (isLeaving() || !server.listening) outgoing.shouldKeepAlive = false
    if (incoming.httpVersion === '1.0') incoming.headers.host ??= UNNAMED_HOST
    void answer(incoming, outgoing)
  })

  server.on('clientError', (error, socket) => {
    const answered = answering.get(socket)
    // Amid an answer, another would be read as a part of it.
    if (answered?.headersSent && !answered.writableFinished) socket.destroy()
    else answerUnreadable(error, socket)
  })
  return server
}

function refusal(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  const cure = CURES[cause.code ?? '']
  return cure ? new StartRefused(`The API cannot listen on ${host}, port ${port}: ${cure}`, { cause }) : cause
}

const CURES: Record<string, string> = {
  EADDRINUSE: 'something else does. Stop it, or set PORT to another; 0 takes a free one.',
  EACCES: 'this user may not. Set PORT to 1024 or more.',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one that it has; 0.0.0.0 is all of them.',
  ENOTFOUND: 'there is no such name. Set HOST to an address of this machine; 0.0.0.0 is all of them.',
}
