/** A receiver of callbacks on loopback: it keeps what came, answers as told, and can tell whether a signature is true. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'

/** A request as it came. */
export interface Received {
  /** When it was there in full, in milliseconds since the epoch. */
  at: number
  /** The header `webhook-id`. */
  id: string
  method: string
  path: string
  /** In lower case; lines of the same name joined by commas. */
  headers: Record<string, string>
  /** Its very bytes. */
  body: Buffer
}

/** An answer: a status; more of it; none, ever; or a connection reset. */
export type Reply =
  | number
  | { status: number; headers?: Record<string, string>; body?: string; delayMs?: number }
  | 'hang'
  | 'reset'

/** Says how to answer; `n` counts all requests from 1. */
export type Script = (request: Received, n: number) => Reply

/** A running receiver. */
export interface Receiver {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string
  /** All that came, in the order of coming. */
  readonly requests: readonly Received[]
  /** Answers by another script from now on. */
  reply(script: Script | Reply): void
  /** The oldest request that nobody has asked for yet. */
  next(): Promise<Received>
  /** Resolves with all requests once there are so many, or once they are as wanted. */
  waitFor(
    wanted: number | ((requests: readonly Received[]) => boolean),
    withinMs?: number,
  ): Promise<readonly Received[]>
  /**
   * Verifies a signature with the official library.
   * @param request the latest unless told
   * @throws when it is not by this secret, or not of this time
   */
  verify(secret: string, request?: Received): void
  /** Listens no more: callers find the connection refused. What came is kept. */
  close(): Promise<void>
  /** Listens again, on the same port. */
  open(): Promise<void>
}

/** Starts a receiver that answers by `script`: 204 unless told. */
export async function startReceiver(script: Script | Reply = 204): Promise<Receiver> {
  const requests: Received[] = []
  const watchers = new Set<() => void>()
  let respond = asScript(script)
  let asked = 0
  let port = 0

  const server = createServer(async (incoming, response) => {
    try {
      const request = await read(incoming)
      const n = requests.push(request)
      for (const look of watchers) look()
      await answer(respond(request, n), response)
    } catch {
      // The caller went away in the middle: killed, or tired of waiting. It kept nothing, and so do we.
    }
  })

  async function open() {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }

  async function close() {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  function waitFor(wanted: number | ((seen: readonly Received[]) => boolean), withinMs = 20_000) {
    const isSo = typeof wanted === 'number' ? () => requests.length >= wanted : () => wanted(requests)
    return new Promise<readonly Received[]>((resolve, reject) => {
      function look() {
        if (!isSo()) return
        end()
        resolve(requests)
      }
      function end() {
        clearTimeout(timer)
        watchers.delete(look)
      }
      const timer = setTimeout(() => {
        end()
        const hoped = typeof wanted === 'number' ? `request ${wanted}` : 'the wanted requests'
        reject(new Error(`Waited ${withinMs} ms for ${hoped}, in vain; ${requests.length} came.`))
      }, withinMs)
      watchers.add(look)
      look()
    })
  }

  await open()
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    reply(next) {
      respond = asScript(next)
    },
    async next() {
      const turn = asked++
      await waitFor(turn + 1)
      return requests[turn]!
    },
    waitFor,
    verify(secret, request = requests.at(-1)) {
      if (!request) throw new Error('Nothing came that could be verified.')
      new Webhook(secret).verify(request.body, request.headers)
    },
    close,
    open,
  }
}

const asScript = (script: Script | Reply): Script => (typeof script === 'function' ? script : () => script)

async function read(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const headers = Object.fromEntries(
    Object.entries(incoming.headersDistinct).map(([name, lines]) => [name, lines!.join(', ')]),
  )
  return {
    at: Date.now(),
    id: headers['webhook-id'] ?? '',
    method: incoming.method!,
    path: incoming.url!,
    headers,
    body: Buffer.concat(chunks),
  }
}

async function answer(reply: Reply, response: ServerResponse): Promise<void> {
  if (reply === 'hang') return
  if (reply === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  const { status, headers = {}, body, delayMs = 0 } = typeof reply === 'number' ? { status: reply } : reply
  if (delayMs > 0) await pause(delayMs)
  response.writeHead(status, headers).end(body)
}
