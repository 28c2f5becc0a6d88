/** A forward proxy on loopback: it makes tunnels where it is asked to, and keeps what it was asked. */
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A CONNECT as it came. */
interface Asked {
  /** `address:port` */
  target: string
  headers: http.IncomingHttpHeaders
}

export interface ConnectProxy {
  port: number
  url: string
  asked: Asked[]
}

/** How it answers a CONNECT: by a tunnel, unless told. */
export type Connecting = (asked: Asked, client: Socket) => void

/** Starts a proxy that runs until the test ends. */
export async function connectProxy(connecting: Connecting = tunnel): Promise<ConnectProxy> {
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  const server = http.createServer((_, response) => response.writeHead(405).end())
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.on('connect', ({ url, headers }: http.IncomingMessage, client: Socket) => {
    const one = { target: url!, headers }
    asked.push(one)
    client.on('error', () => {})
    connecting(one, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}`, asked }
}

/** Joins the client with the target. */
export function tunnel({ target }: Asked, client: Socket): void {
  const { hostname, port } = new URL(`http://${target}`)
  const far = net.connect(Number(port) || 80, hostname.replace(/^\[|\]$/g, ''))
  let stands = false
  far.on('connect', () => {
    stands = true
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    client.pipe(far).pipe(client)
  })
  far.on('error', () => stands || client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
  far.on('close', () => stands && client.destroy())
  client.on('close', () => far.destroy())
}
