import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import type { Api } from './needs.ts'

/** A listening API. */
export interface ApiServer {
  url: string
  /** Answers what was asked, takes no more. */
  stop(): Promise<void>
}

/**
 * Listens. Resolves when connections are taken.
 * @throws Error when the port is taken or may not be used
 */
export async function serveApi(api: Api, { host, port }: { host: string; port: number }): Promise<ApiServer> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const listening = serve({ fetch: api.fetch, hostname: host, port }, () => resolve(listening))
    listening.once('error', reject)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Idle keep-alive connections would hold the server open until their client lets go.
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      }),
  }
}
