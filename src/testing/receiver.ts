/** A receiver of callbacks on this machine, for tests of whoever sends them: it keeps what comes, and answers as told. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Callback, verify } from '../verify/index.ts'

/** A request as it came. */
export interface Received {
  /** The header `webhook-id`; empty without one. */
  id: string
  method: string
  /** With its query. */
  path: string
  /** By names in lower case. */
  headers: Record<string, string>
  /** Its text, as it was signed. */
  body: string
  /** The body's JSON; undefined where it is none. */
  json: unknown
  /** When it was there in full. */
  at: Date
}

/** An answer: a status; more of it; none, ever; or a connection that is reset. */
export type Reply =
  | number
  | { status: number; headers?: Record<string, string>; body?: string; delayMs?: number }
  | 'hang'
  | 'reset'

/** Says how to answer a request; `n` counts all requests from 1. */
export type Script = (request: Received, n: number) => Reply | Promise<Reply>

/** A running receiver. */
export interface FakeReceiver {
  /** To register: `http://127.0.0.1:<port>/`. */
  readonly url: string
  /** All that came, in the order of coming. */
  readonly requests: readonly Received[]
  /** Answers so from now on. */
  reply(script: Script | Reply): void
  /** Fails the next so many requests, and answers as before after them. */
  failNext(times: number, reply?: Reply): void
  /** Answers so much later from now on, in milliseconds. */
  delay(ms: number): void
  /**
   * Resolves with the first request that is as wanted: one that came already, or comes within the time.
   * @param withinMs 10,000 unless told
   * @throws Error when none came, with a list of those that did
   */
  waitFor(wanted: (request: Received) => boolean, withinMs?: number): Promise<Received>
  /** Resolves with all requests once there are so many. */
  waitForCount(count: number, withinMs?: number): Promise<readonly Received[]>
  /**
   * Verifies a request as a receiver would.
   * @throws VerificationError
   */
  verify(request: Received, secret: string | readonly string[]): Callback
  /** Forgets what came. */
  clear(): void
  /** Ends it, and every connection. */
  close(): Promise<void>
}

/**
 * Starts a receiver on a free port of the loopback address.
 * @param script how it answers; 204 unless told
 * @example
 * const receiver = await startReceiver()
 * await client.endpoints.create('acme', { url: receiver.url })
 * await client.events.emit('acme', 'invoice.paid', { amount: 1200 })
 * await receiver.waitFor(({ json }) => json.type === 'invoice.paid')
 */
export async function startReceiver(script: Script | Reply = 204): Promise<FakeReceiver> {
  const requests: Received[] = []
  const watchers = new Set<() => void>()
  let respond = asScript(script)
  let failures = { left: 0, reply: 500 as Reply }
  let delayMs = 0
  let count = 0

  const server = createServer(async (incoming, response) => {
    try {
      const request = await read(incoming)
      requests.push(request)
      count++
      const reply = failures.left > 0 ? takeFailure() : await respond(request, count)
      for (const look of watchers) look()
      await answer(reply, delayMs, response)
    } catch (error) {
      // The sender went away in the middle, or the script threw: then the test should see it.
      if (!response.headersSent) response.writeHead(500).end(String(error))
    }
  })

  function takeFailure(): Reply {
    failures.left--
    return failures.reply
  }

  /** @param find undefined: not yet */
  function watch<T>(find: () => T | undefined, what: string, withinMs = 10_000): Promise<T> {
    return new Promise((resolve, reject) => {
      function look() {
        const found = find()
        if (found === undefined) return
        end()
        resolve(found)
      }
      function end() {
        clearTimeout(timer)
        watchers.delete(look)
      }
      const timer = setTimeout(() => {
        end()
        const came = requests.map(({ method, path, body }) => `  ${method} ${path} ${body.slice(0, 200)}`)
        reject(
          new Error(`Waited ${withinMs} ms for ${what}, in vain. ${came.length} came:\n${came.join('\n')}`),
        )
      }, withinMs)
      watchers.add(look)
      look()
    })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    reply(next) {
      respond = asScript(next)
    },
    failNext(times, reply = 500) {
      failures = { left: times, reply }
    },
    delay(ms) {
      delayMs = ms
    },
    waitFor: (wanted, withinMs) => watch(() => requests.find(wanted), 'the wanted request', withinMs),
    waitForCount: (wanted, withinMs) =>
      watch(() => (requests.length >= wanted ? requests : undefined), `${wanted} requests`, withinMs),
    verify: ({ body, headers }, secret) => verify(body, headers, secret),
    clear() {
      requests.length = 0
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const asScript = (script: Script | Reply): Script => (typeof script === 'function' ? script : () => script)

async function read(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString()
  const headers = Object.fromEntries(
    Object.entries(incoming.headersDistinct).map(([name, lines]) => [name, lines!.join(', ')]),
  )
  const { method = '', url = '' } = incoming
  return {
    id: headers['webhook-id'] ?? '',
    method,
    path: url,
    headers,
    body,
    json: jsonOf(body),
    at: new Date(),
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function answer(reply: Reply, delayMs: number, response: ServerResponse): Promise<void> {
  if (reply === 'hang') return
  if (reply === 'reset') return void response.socket?.resetAndDestroy()
  const {
    status,
    headers = {},
    body,
    delayMs: ownDelayMs = delayMs,
  } = typeof reply === 'number' ? { status: reply } : reply
  if (ownDelayMs > 0) await pause(ownDelayMs)
  response.writeHead(status, headers).end(body)
}
