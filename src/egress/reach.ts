/** Whether there is a way to a receiver at all: a connection that is opened and closed, and nothing said on it. */
import type http from 'node:http'
import type { LookupFunction, Socket } from 'node:net'
import { type EgressError, failureOf } from './outcome.ts'
import type { ConnectionTimeouts } from './timeouts.ts'
import type { UrlPolicy } from './url-policy.ts'

/**
 * Opens a connection to where a URL leads, under the rules of each request.
 * @returns why not, and `address_not_allowed` for whatever those rules refuse; null: it was opened
 */
export type Reach = (url: string) => Promise<EgressError | null>

/** What it is made with. */
export interface ReachOptions {
  checkUrl: UrlPolicy
  /** With the guard, or the operator's proxy, in it. */
  agent: http.Agent
  lookup: LookupFunction
  timeouts: ConnectionTimeouts
}

export function createReach({ checkUrl, agent, lookup, timeouts }: ReachOptions): Reach {
  return async (url) => {
    const verdict = checkUrl(url)
    if (!verdict.ok) return 'address_not_allowed'
    try {
      const socket = await open(agent, new URL(verdict.url), lookup, timeouts.lookup + timeouts.connect)
      socket.destroy()
      return null
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      return failureOf(Object.assign(new Error('No connection.', { cause }), { code }), 'connect').error
    }
  }
}

function open(agent: http.Agent, url: URL, lookup: LookupFunction, withinMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let isOver = false
    const settle = (error: Error | null, made?: unknown) => {
      const socket = made as Socket
      if (isOver) socket?.destroy()
      isOver = true
      clearTimeout(limit)
      if (error) reject(error)
      else resolve(socket)
    }
    const limit = setTimeout(() => {
      made?.destroy()
      settle(Object.assign(new Error('No connection in time.'), { code: 'ETIMEDOUT' }))
    }, withinMs)
    // A connection of ours is given back at once and says by itself when it is open; a tunnel is handed over when it is.
    const made = agent.createConnection(
      {
        lookup,
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      },
      settle,
    ) as Socket | null | undefined
    // The guard has looked at the peer before, and may have ended it.
    made?.once('connect', () => made.destroyed || settle(null, made)).once('error', settle)
  })
}
