/**
 * The witnesses of a test file, in a process of its own: the test's is busy with many things, and a receiver that is
 * held up by them would make attempts time out. Each has a path; it tells of each request before it is answered.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Line } from '../chaos/receiver-log.ts'

/** How requests are answered. */
export interface Answer {
  status: number
  /** After so many milliseconds; at once unless told. */
  delayMs?: number
  /** So many requests, before the next kind of answer comes; all that follow unless told. */
  times?: number
}

/** What it is asked: to answer thus at a path. */
export interface WitnessOrder {
  path: string
  answers: readonly Answer[]
}

/** What it says. */
export type WitnessNews =
  | { kind: 'listening'; port: number }
  | { kind: 'ready'; path: string }
  | { kind: 'came'; line: Line }

const scripts = new Map<string, Answer[]>()

const say = (news: WitnessNews) => process.send!(news)

const server = createServer((request, response) => {
  const at = Date.now()
  request.resume()
  request.once('end', () => {
    const endpoint = request.url!
    const { status, delayMs = 0 } = nextAnswer(endpoint)
    say({ kind: 'came', line: { at, endpoint, id: String(request.headers['webhook-id']), status } })
    setTimeout(() => response.writeHead(status).end(), delayMs)
  })
})

function nextAnswer(path: string): Answer {
  const answers = scripts.get(path) ?? []
  const [first, ...others] = answers
  if (!first) return { status: 404 }
  if (first.times !== undefined) {
    first.times--
    if (first.times === 0) scripts.set(path, others)
  }
  return first
}

process.on('message', ({ path, answers }: WitnessOrder) => {
  scripts.set(path, structuredClone([...answers]))
  say({ kind: 'ready', path })
})
process.once('disconnect', () => process.exit())
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => say({ kind: 'listening', port: (server.address() as AddressInfo).port }))
