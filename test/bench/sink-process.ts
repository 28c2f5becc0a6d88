/**
 * A receiver that only counts: answers 204 as soon as a callback is whole, and notes when each `webhook-id` first
 * arrived. A process of its own, so that its work is nobody else's.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { milliseconds } from './figures.ts'

/** What the process says. */
export type SinkNews =
  | { kind: 'listening'; port: number }
  | { kind: 'count'; distinct: number; requests: number }
  | { kind: 'arrivals'; arrivals: [id: string, at: number][] }
  | { kind: 'forgotten' }

/** What it is asked. */
export type SinkQuestion = 'arrivals' | 'forget'

let arrivals = new Map<string, number>()
let requests = 0
let told = 0

const say = (news: SinkNews) => process.send!(news)

const server = createServer((request, response) => {
  request.resume()
  request.once('end', () => {
    requests++
    const id = String(request.headers['webhook-id'])
    if (!arrivals.has(id)) arrivals.set(id, milliseconds())
    response.writeHead(204).end()
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => say({ kind: 'listening', port: (server.address() as AddressInfo).port }))

setInterval(() => {
  if (requests === told) return
  told = requests
  say({ kind: 'count', distinct: arrivals.size, requests })
}, 10)

process.on('message', (question: SinkQuestion) => {
  if (question === 'arrivals') say({ kind: 'arrivals', arrivals: [...arrivals] })
  if (question === 'forget') {
    arrivals = new Map()
    requests = 0
    told = 0
    say({ kind: 'forgotten' })
  }
})
process.once('disconnect', () => process.exit())
