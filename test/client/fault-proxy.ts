/** An HTTP proxy on loopback before a server, which breaks single requests in the ways that networks and proxies do. */
import { once } from 'node:events'
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * - `pass`: the server's own answer.
 * - `lost`: the connection is reset before the server has seen anything.
 * - `unanswered`: the server does what is asked, and its answer is lost.
 * - `cut`: the answer breaks off in its body.
 * - `hang`: nothing comes, ever.
 * - a status, with headers: answered by the proxy; the server has seen nothing.
 */
export type Fault =
  | 'pass'
  | 'lost'
  | 'unanswered'
  | 'cut'
  | 'hang'
  | { status: number; headers?: Record<string, string> }

export interface FaultProxy {
  url: string
  /** What is done with the next requests, in order; `pass` after them. */
  plan(...faults: Fault[]): void
  /** Every request that came, in order. */
  seen: { method: string; url: string; headers: IncomingMessage['headers'] }[]
  close(): Promise<void>
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let planned: Fault[] = []
  const seen: FaultProxy['seen'] = []

  const server = createServer((request, response) => {
    seen.push({ method: request.method!, url: request.url!, headers: request.headers })
    const fault = planned.shift() ?? 'pass'
    if (fault === 'lost') return void request.socket.resetAndDestroy()
    if (fault === 'hang') return
    if (typeof fault === 'object') return void response.writeHead(fault.status, fault.headers).end('busy')
    forward(request, response, fault)
  })

  function forward(request: IncomingMessage, response: ServerResponse, fault: Fault) {
    const { method, headers, url } = request
    const upstream = ask(new URL(url!, target), { method: method!, headers }, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks)
      if (fault === 'unanswered') return void request.socket.resetAndDestroy()
      response.writeHead(answer.statusCode!, { ...answer.headers, 'content-length': body.length })
      if (fault === 'pass') return void response.end(body)
      response.write(body.subarray(0, body.length / 2), () => request.socket.resetAndDestroy())
    })
    upstream.on('error', () => request.socket.resetAndDestroy())
    request.pipe(upstream)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan(...faults) {
      planned = faults
    },
    seen,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
