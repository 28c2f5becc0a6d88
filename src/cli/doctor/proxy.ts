/** Whether the forward proxy takes connections. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { SECOND } from '../../duration.ts'
import { type Finding, findingsOf } from './finding.ts'

export async function checkProxy(proxy: string): Promise<Finding> {
  const { ok, failure } = findingsOf('egress proxy')
  const { hostname, port, host } = new URL(proxy)
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(5 * SECOND) })
    return ok(`${host} takes connections.`)
  } catch (error) {
    return failure(
      `${host} takes none: ${(error as Error).message}.`,
      'Start the proxy, or correct RINGBACK_EGRESS_PROXY; until then no callback goes out.',
    )
  } finally {
    socket.destroy()
  }
}
