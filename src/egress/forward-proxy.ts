/**
 * The operator's own forward proxy, and how it is asked for a tunnel.
 * Source: RFC 9110 sections 9.3.6 (CONNECT) and 11.7.2 (Proxy-Authorization); RFC 7617 (Basic).
 */
import http from 'node:http'
import { isIPv6, type LookupFunction, Socket } from 'node:net'
import { TunnelFailed } from './connection-errors.ts'
import { createGuardedLookup } from './guarded-lookup.ts'
import type { Resolve } from './system-resolver.ts'

/** Where the proxy is, and what lets us in. */
export interface ForwardProxy {
  host: string
  port: number
  /** Of its own name. It may be private, unlike a receiver: the operator chose it. */
  lookup: LookupFunction
  /** The value of `Proxy-Authorization`, if it wants one. */
  authorization: string | undefined
}

/**
 * @param url `http://[user:password@]host[:port]`, as the configuration has checked it
 * @param resolve finds the proxy itself
 */
export function parseForwardProxy(url: string, resolve: Resolve): ForwardProxy {
  const { hostname, port, username, password } = new URL(url)
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || HTTP_PORT,
    lookup: createGuardedLookup({ allows: () => true }, resolve),
    authorization: username === '' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  }
}

const HTTP_PORT = 80

/**
 * Asks for a tunnel to an address.
 * @param timeoutMs for reaching the proxy and for its answer, together
 * @returns a socket whose other end is the receiver
 * @throws TunnelFailed `PROXY_ANSWERED_<status>` when the proxy refuses, else the code of what went wrong
 */
export function askForTunnel(
  proxy: ForwardProxy,
  address: string,
  port: number,
  timeoutMs: number,
): Promise<Socket> {
  const authority = `${isIPv6(address) ? `[${address}]` : address}:${port}`
  const request = http.request({
    method: 'CONNECT',
    host: proxy.host,
    port: proxy.port,
    lookup: proxy.lookup,
    path: authority,
    headers: { host: authority, ...(proxy.authorization && { 'proxy-authorization': proxy.authorization }) },
    // Not Node's global one, which may be told by the environment to use yet another proxy.
    agent: new http.Agent(),
    maxHeaderSize: MAX_ANSWER_BYTES,
  })
  const timer = setTimeout(() => request.destroy(new TunnelFailed('connect', 'ETIMEDOUT')), timeoutMs)

  return new Promise<Socket>((resolve, reject) => {
    request
      .on('connect', ({ statusCode = 0 }, socket, early) => {
        const stands = statusCode >= 200 && statusCode < 300
        // A receiver speaks when it is spoken to: bytes ahead of the first request would be taken for its answer.
        if (stands && early.length === 0 && socket instanceof Socket) return resolve(socket)
        socket.destroy()
        reject(new TunnelFailed('connect', stands ? 'PROXY_SPOKE_EARLY' : `PROXY_ANSWERED_${statusCode}`))
      })
      .on('response', () => request.destroy(new TunnelFailed('connect', 'PROXY_ANSWERED_WRONGLY')))
      .on('error', (error) => reject(TunnelFailed.at('connect', error)))
      .end()
  }).finally(() => clearTimeout(timer))
}

/** A proxy's answer is a line and a few headers. */
const MAX_ANSWER_BYTES = 16 * 1_024
