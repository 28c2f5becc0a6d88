/**
 * Many receivers in a process of their own: each path is `/<group>/<anything>`, and each group answers as it is told. It
 * notes when each event first came, and how many requests were in hand at once.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { milliseconds } from './figures.ts'

/** How a group answers: with a status, at once or after a while; or not at all. */
export type Answer = { status: number; afterMs?: number } | 'hang'

/** A second of a group's life. */
export interface Second {
  /** Whole seconds of `milliseconds()`. */
  at: number
  requests: number
  /** The most requests in hand at once. */
  most: number
}

/** What it can be asked. */
export interface ReceiversApi {
  port(): number
  behave(group: string, answer: Answer): void
  /** Answers whatever hangs with 204. */
  release(): void
  count(group: string): { distinct: number; requests: number }
  arrivals(group: string): [id: string, at: number][]
  story(group: string): Second[]
  forget(): void
}

/** A question and its answer share a number. */
export type Question = { n: number; method: keyof ReceiversApi; args: unknown[] }
export type Reply = { n: number; result: unknown }

interface Group {
  answer: Answer
  arrivals: Map<string, number>
  requests: number
  inHand: number
  story: Map<number, Second>
  hanging: Set<ServerResponse>
}

const groups = new Map<string, Group>()

function groupOf(name: string): Group {
  const known = groups.get(name)
  if (known) return known
  const group: Group = {
    answer: { status: 204 },
    arrivals: new Map(),
    requests: 0,
    inHand: 0,
    story: new Map(),
    hanging: new Set(),
  }
  groups.set(name, group)
  return group
}

const server = createServer((request, response) => {
  const group = groupOf(request.url!.split('/', 2)[1]!)
  const now = milliseconds()
  const at = Math.floor(now / 1_000)
  const second = group.story.get(at) ?? { at, requests: 0, most: 0 }
  group.story.set(at, second)
  second.requests++
  second.most = Math.max(second.most, ++group.inHand)
  response.once('close', () => {
    group.inHand--
    group.hanging.delete(response)
  })
  request.resume()
  request.once('end', () => {
    group.requests++
    const id = String(request.headers['webhook-id'])
    if (!group.arrivals.has(id)) group.arrivals.set(id, now)
    const { answer } = group
    if (answer === 'hang') group.hanging.add(response)
    else if (answer.afterMs) setTimeout(() => response.writeHead(answer.status).end(), answer.afterMs)
    else response.writeHead(answer.status).end()
  })
})
server.keepAliveTimeout = 60_000

const api: ReceiversApi = {
  port: () => (server.address() as AddressInfo).port,
  behave(name, answer) {
    groupOf(name).answer = answer
  },
  release() {
    for (const { hanging } of groups.values()) for (const response of hanging) response.writeHead(204).end()
  },
  count(name) {
    const { arrivals, requests } = groupOf(name)
    return { distinct: arrivals.size, requests }
  },
  arrivals: (name) => [...groupOf(name).arrivals],
  story: (name) => [...groupOf(name).story.values()],
  forget() {
    for (const group of groups.values()) {
      group.arrivals.clear()
      group.story.clear()
      group.requests = 0
    }
  },
}

server.listen(0, '127.0.0.1', () => {
  process.on('message', ({ n, method, args }: Question) => {
    const result = (api[method] as (...args: unknown[]) => unknown)(...args)
    process.send!({ n, result } satisfies Reply)
  })
  process.send!({ n: 0, result: null } satisfies Reply)
})
process.once('disconnect', () => process.exit())
