/** Who a request comes from, by address: for counting, never for letting in. */
import { isIP } from 'node:net'
import type { Context } from 'hono'
import type { ApiEnv } from './needs.ts'

/**
 * The network that a client stands for: an IPv4 address, or the first 64 bits of an IPv6 one, all of which one client has.
 * @param proxies how many proxies stand before us, each of which adds whom it heard to `X-Forwarded-For`; with 0 the
 * header, which anybody may write, is not read
 */
export function clientNetwork(c: Context<ApiEnv>, proxies: number): string {
  const peer: string = c.env?.incoming?.socket?.remoteAddress ?? ''
  const heard = proxies > 0 ? forwarded(c.req.header('X-Forwarded-For'), proxies) : undefined
  return networkOf(heard ?? peer)
}

/** What the outermost of our proxies heard; what stands before it was written by the client. */
function forwarded(header: string | undefined, proxies: number): string | undefined {
  const address = header?.split(',').at(-proxies)?.trim()
  return address !== undefined && isIP(address) !== 0 ? address : undefined
}

/** An IPv4 address that came over an IPv6 socket is one all the same. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address
  const [head = '', tail = ''] = address.split('::')
  const [before, after] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array.from({ length: Math.max(0, 8 - before!.length - after!.length) }, () => '0')
  const groups = [...before!, ...zeros, ...after!].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
