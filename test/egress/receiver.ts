/** Receivers on loopback that do what they are told, byte by byte. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import tls, { type TlsOptions } from 'node:tls'
import { onTestFinished } from 'vitest'

/** A receiver that listens until the test ends. */
export interface Receiver {
  port: number
  /** `http://127.0.0.1:<port>/` */
  url: string
  /** Whole requests seen so far, headers and body as text. */
  requests: string[]
  /** Connections accepted so far. */
  connections: Socket[]
}

/** What a receiver does once a whole request is in; `nth` counts the requests of all its connections from 1. */
export type Answering = (socket: Socket, nth: number) => void

/** A receiver that reads each request whole, then answers as told. */
export function receiver(answering: Answering, host = '127.0.0.1', port = 0): Promise<Receiver> {
  const requests: string[] = []
  const server = net.createServer((socket) => readRequests(socket, requests, answering))
  return listening(server, 'http', requests, host, port)
}

/** The same over TLS, with a certificate of `certificates/`. */
export function tlsReceiver(name: string, answering: Answering, options: TlsOptions = {}): Promise<Receiver> {
  const requests: string[] = []
  const pem = certificate(name)
  const server = tls.createServer({ key: pem, cert: pem, ...options }, (socket) =>
    readRequests(socket, requests, answering),
  )
  return listening(server, 'https', requests, '127.0.0.1', 0)
}

/** A receiver that is handed each connection as it opens. */
export function rawReceiver(onConnection: (socket: Socket) => void): Promise<Receiver> {
  return listening(net.createServer(onConnection), 'http', [], '127.0.0.1', 0)
}

/** The PEM text of a file of `certificates/`. */
export const certificate = (name: string): string =>
  readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), 'utf8')

/** A short, complete answer that keeps the connection. */
export const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

async function listening(
  server: Server,
  scheme: string,
  requests: string[],
  host: string,
  port: number,
): Promise<Receiver> {
  const connections: Socket[] = []
  server.on('connection', (socket) => {
    connections.push(socket)
    socket.on('error', () => {}) // resets are what these tests are about
  })
  server.on('tlsClientError', () => {})
  server.listen(port, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of connections) socket.destroy()
  })
  const { port: bound } = server.address() as AddressInfo
  return { port: bound, url: `${scheme}://127.0.0.1:${bound}/`, requests, connections }
}

function readRequests(socket: Socket, requests: string[], answering: Answering): void {
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    for (let end = endOfRequest(text); end > 0; end = endOfRequest(text)) {
      requests.push(text.slice(0, end))
      text = text.slice(end)
      answering(socket, requests.length)
    }
  })
}

function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return 0
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1] ?? 0)
  return text.length >= head + 4 + length ? head + 4 + length : 0
}
