import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { StartRefused } from '../errors.ts'
import type { Api } from './needs.ts'

/** A listening API. */
export interface ApiServer {
  url: string
  /** Answers what was asked, takes no more. */
  stop(): Promise<void>
}

/**
 * Listens. Resolves when connections are taken.
 * @throws StartRefused when the port is taken or may not be used, or the address is not one of this machine
 */
export async function serveApi(api: Api, { host, port }: { host: string; port: number }): Promise<ApiServer> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const listening = serve({ fetch: api.fetch, hostname: host, port }, () => resolve(listening))
    listening.once('error', (cause: NodeJS.ErrnoException) => reject(refusal(cause, host, port)))
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

function refusal(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  const cure = CURES[cause.code ?? '']
  return cure ? new StartRefused(`The API cannot listen on ${host}, port ${port}: ${cure}`, { cause }) : cause
}

const CURES: Record<string, string> = {
  EADDRINUSE: 'something else does. Stop it, or set PORT to another; 0 takes a free one.',
  EACCES: 'this user may not. Set PORT to 1024 or more.',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one that it has; 0.0.0.0 is all of them.',
  ENOTFOUND: 'there is no such name. Set HOST to an address of this machine; 0.0.0.0 is all of them.',
}
