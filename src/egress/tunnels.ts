/**
 * Connections through the operator's forward proxy, in place of those that an agent makes itself.
 *
 * The policy stays ours. A proxy that resolved names could be led inside by them, so a name is looked up and vetted here
 * and the tunnel is asked for to the vetted address. The receiver still finds its name in `Host` and in TLS.
 *
 * Node counts a connection of this kind against the agent's limits only once it stands, so while many are being made
 * their number is bounded by the worker's concurrency instead.
 */
import type http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { AddressPolicy } from './address-policy.ts'
import { AddressNotAllowed, TunnelFailed } from './connection-errors.ts'
import { askForTunnel, type ForwardProxy } from './forward-proxy.ts'
import type { ConnectionTimeouts } from './timeouts.ts'

/** What a socket cannot tell of itself when it runs through a proxy. */
export interface Tunnel {
  /** The receiver's; the socket itself knows the proxy's. */
  remoteAddress: string
  /** How long the steps took, in ms; null for one that was not needed. */
  timings: { dnsMs: number | null; connectMs: number; tlsMs: number | null }
}

const tunnels = new WeakMap<Socket, Tunnel>()

/** The tunnel that a socket runs through, if it does. */
export const tunnelOf = (socket: Socket | null): Tunnel | undefined =>
  socket === null ? undefined : tunnels.get(socket)

/** What making tunnels needs. */
export interface TunnelNeeds {
  proxy: ForwardProxy
  policy: AddressPolicy
  /** Vets what it gives. */
  lookup: LookupFunction
  timeouts: ConnectionTimeouts
}

/** Makes an agent connect through the proxy alone. */
export function connectByTunnel(agent: http.Agent, needs: TunnelNeeds): void {
  const startTls = agent instanceof https.Agent ? agent.createConnection.bind(agent) : undefined
  agent.createConnection = (options, callback) => {
    open(options, needs, startTls).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, new Socket()),
    )
    return undefined
  }
}

async function open(
  options: http.ClientRequestArgs,
  { proxy, policy, lookup, timeouts }: TunnelNeeds,
  startTls: http.Agent['createConnection'] | undefined,
): Promise<Socket> {
  const host = options.host ?? ''
  const isNamed = isIP(host) === 0
  const watch = stopwatch()
  const addresses = isNamed ? await vetted(host, lookup, timeouts.lookup) : [host]
  // Ahead of a tunnel to it nothing can be asserted of a peer, so even what was looked up is judged once more.
  if (!addresses.every((address) => policy.allows(address))) throw new AddressNotAllowed()
  const dnsMs = watch()

  const { socket, address } = await firstTunnel(proxy, addresses, Number(options.port), timeouts.connect)
  const connectMs = watch()

  const inside = { ...options, socket }
  const end = startTls ? await secured(startTls(inside), timeouts.secureConnect) : socket
  tunnels.set(end, {
    remoteAddress: address,
    timings: { dnsMs: isNamed ? dnsMs : null, connectMs, tlsMs: startTls ? watch() : null },
  })
  return end
}

/** @returns gives the whole milliseconds since it was last asked */
function stopwatch(): () => number {
  let last = performance.now()
  return () => {
    const before = last
    last = performance.now()
    return Math.round(last - before)
  }
}

function vetted(host: string, lookup: LookupFunction, timeoutMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TunnelFailed('lookup', 'ETIMEDOUT')), timeoutMs)
    lookup(host, { all: true }, (error, found) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve(Array.isArray(found) ? found.map(({ address }) => address) : [found])
    })
  })
}

/** In the order of DNS, as a socket would try them, and within the time that a connection has. */
async function firstTunnel(
  proxy: ForwardProxy,
  addresses: readonly string[],
  port: number,
  timeoutMs: number,
): Promise<{ socket: Socket; address: string }> {
  const deadline = performance.now() + timeoutMs
  let failure: unknown
  for (const address of addresses) {
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) break
    try {
      return { socket: await askForTunnel(proxy, address, port, leftMs), address }
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/** Waits for the handshake. */
function secured(socket: unknown, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (!(socket instanceof TLSSocket)) throw new TypeError('An https agent made a connection without TLS.')
    const fail = (error: Error) => reject(TunnelFailed.at('tls', error))
    const timer = setTimeout(() => socket.destroy(new TunnelFailed('tls', 'ETIMEDOUT')), timeoutMs)
    socket.once('error', fail)
    socket.once('close', () => fail(new TunnelFailed('tls', 'ECONNRESET')))
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(socket)
    })
  })
}
