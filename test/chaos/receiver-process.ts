/**
 * A receiver of callbacks in a process of its own, which nobody kills. It appends each request to its log and only then
 * answers: what it says it took stands there, whatever becomes of the caller meanwhile.
 */
import { openSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Line } from './receiver-log.ts'

/** How it behaves; told as JSON in its first argument. */
export interface ReceiverOptions {
  /** Where the log goes. */
  file: string
  /** How long it thinks before it answers, in milliseconds: the time in which a kill finds requests in flight. */
  delayMs: number
  /** Every so manieth event is refused at its first request, so that retries wait among what was never tried; 0: none. */
  refuseEvery: number
}

/** What it says to its parent. */
export type ReceiverNews = { kind: 'listening'; port: number } | { kind: 'count'; taken: number; met: number }

const { file, delayMs, refuseEvery }: ReceiverOptions = JSON.parse(process.argv[2]!)
const log = openSync(file, 'a')
const met = new Set<string>()
const taken = new Set<string>()

const say = (news: ReceiverNews) => process.send!(news)

const server = createServer((request, response) => {
  request.resume()
  request.once('end', () => {
    const at = Date.now()
    const id = String(request.headers['webhook-id'])
    const isRefused = refuseEvery > 0 && !met.has(id) && met.size % refuseEvery === 0
    met.add(id)
    const line: Line = { at, endpoint: request.url!, id, status: isRefused ? 500 : 204 }
    setTimeout(() => {
      writeSync(log, `${JSON.stringify(line)}\n`)
      if (!isRefused) taken.add(id)
      response.writeHead(line.status).end()
    }, delayMs)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => say({ kind: 'listening', port: (server.address() as AddressInfo).port }))

setInterval(() => say({ kind: 'count', taken: taken.size, met: met.size }), 100)
process.once('disconnect', () => process.exit())
