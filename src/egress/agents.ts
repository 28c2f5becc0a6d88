/**
 * The sockets, and who may be connected to.
 *
 * The guard sits in the agents themselves, so no request that goes through them can be without it. They are our own,
 * never Node's global ones: those obey the `*_PROXY` variables under `NODE_USE_ENV_PROXY`, and a proxy resolves names
 * itself, past every check. A forward proxy that the operator chose takes the place of `createConnection`.
 */
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction, Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { SECOND } from '../duration.ts'
import type { PoolUse } from '../telemetry/pool-meter.ts'
import type { AddressPolicy } from './address-policy.ts'
import { boundPool, POOL_LIMITS } from './bounded-pool.ts'
import { AddressNotAllowed } from './connection-errors.ts'
import type { ForwardProxy } from './forward-proxy.ts'
import type { ConnectionTimeouts } from './timeouts.ts'
import { connectByTunnel } from './tunnels.ts'

/** One agent for each scheme, in the form that got takes. */
export interface Agents {
  http: http.Agent
  https: https.Agent
}

/** What a set of agents is made with. */
export interface AgentOptions {
  policy: AddressPolicy
  lookup: LookupFunction
  clock: Clock
  /** The operator's own, if every connection is to go through one. */
  proxy?: ForwardProxy | undefined
  /** Of the steps through that proxy; those of other connections are kept by the request. */
  timeouts: ConnectionTimeouts
  /** Whether sockets are kept for the next request. */
  keepAlive: boolean
  /** Certificate authorities (PEM) in place of Node's own. */
  authorities?: readonly string[] | undefined
}

/** Opens nothing yet; `destroyAgents` ends what they come to hold. */
export function createAgents(options: AgentOptions): Agents {
  const shared = {
    keepAlive: options.keepAlive,
    lookup: options.lookup,
    ...POOL_LIMITS,
    autoSelectFamilyAttemptTimeout: FAMILY_ATTEMPT_TIMEOUT,
  }
  const tls = {
    minVersion: 'TLSv1.2' as const,
    rejectUnauthorized: true, // said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing here
    ...(options.authorities && { ca: [...options.authorities] }),
  }
  const agents = { http: new http.Agent(shared), https: new https.Agent({ ...shared, ...tls }) }
  for (const agent of Object.values(agents)) {
    if (options.proxy) connectByTunnel(agent, { ...options, proxy: options.proxy })
    else guardConnections(agent, options.policy)
    boundPool(agent, options.clock)
  }
  return agents
}

/** Ends all sockets, busy ones too. */
export function destroyAgents(agents: Agents): void {
  agents.http.destroy()
  agents.https.destroy()
}

/** How the sockets of all of these are used. */
export function useOf(agents: readonly http.Agent[]): PoolUse {
  const count = (lists: NodeJS.ReadOnlyDict<readonly unknown[]>) =>
    Object.values(lists).reduce((sum, list) => sum + (list?.length ?? 0), 0)
  const sum = (pick: (agent: http.Agent) => NodeJS.ReadOnlyDict<readonly unknown[]>) =>
    agents.reduce((total, agent) => total + count(pick(agent)), 0)
  return {
    busy: sum(({ sockets }) => sockets),
    idle: sum(({ freeSockets }) => freeSockets),
    waiting: sum(({ requests }) => requests),
  }
}

/** Literals never reach a `lookup`; and whatever was dialled, the peer's address is asserted before the first byte. */
function guardConnections(agent: http.Agent, policy: AddressPolicy): void {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const host = options.host ?? ''
    if (isIP(host) !== 0 && !policy.allows(host)) {
      callback?.(new AddressNotAllowed(), new Socket())
      return
    }
    const socket = connect(options)
    // Ahead of TLS, which greets on `connect` too, and of the request, which waits for it.
    if (socket instanceof Socket) socket.prependOnceListener('connect', () => assertPeer(socket, policy))
    return socket
  }
}

function assertPeer(socket: Socket, policy: AddressPolicy): void {
  if (!policy.allows(socket.remoteAddress ?? '')) socket.destroy(new AddressNotAllowed())
}

/** Node gives each of several addresses 250 ms by default, less than a far round trip takes. */
const FAMILY_ATTEMPT_TIMEOUT = SECOND
