/** How many sockets an agent holds, and how long they live. */
import type http from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import { MINUTE, SECOND } from '../duration.ts'

/** One receiver's origin may serve many endpoints, each capped by its own `maxInFlight`; this is the wall behind that. */
const MAX_SOCKETS_PER_ORIGIN = 256

/** Well below the usual limit of open files (1,024 soft, raised by Node to the hard one). */
const MAX_SOCKETS = 1_024

/** Above this many open sockets none is kept idle, so idle sockets of one origin never hold up another. */
const KEEP_BELOW = MAX_SOCKETS / 2

/** Longer than any deadline (30 s), so it only ever ends idle sockets; a receiver's `Keep-Alive: timeout` shortens it. */
const MAX_IDLE = 45 * SECOND

/** DNS and policy are asked again at least this often. */
const MAX_LIFE = MINUTE

/** The part of the bounds that Node's agents keep by themselves, as options. */
export const POOL_LIMITS = {
  maxSockets: MAX_SOCKETS_PER_ORIGIN,
  maxTotalSockets: MAX_SOCKETS,
  timeout: MAX_IDLE,
}

/** Keeps a socket only while it is young and sockets are not scarce, so an address is vetted anew at least every minute. */
export function boundPool(agent: http.Agent, clock: Clock): void {
  const bornAt = new WeakMap<object, number>()
  let open = 0

  function keepCount(socket: Duplex) {
    open++
    bornAt.set(socket, clock.now())
    socket.once('close', () => open--)
  }

  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    // One that takes several steps is handed over later.
    const socket = connect(options, (error, later) => {
      if (!error) keepCount(later)
      callback?.(error, later)
    })
    if (socket) keepCount(socket)
    return socket
  }

  const lifeLeft = (socket: object) => MAX_LIFE - (clock.now() - (bornAt.get(socket) ?? 0))

  // Before the agent's own listener, which hands the socket to a waiting request or to the pool unless it is destroyed.
  agent.prependListener('free', (socket: Socket) => {
    if (open > KEEP_BELOW || lifeLeft(socket) <= 0) socket.destroy()
  })

  const keep = agent.keepSocketAlive.bind(agent)
  agent.keepSocketAlive = (socket) => {
    const kept: unknown = keep(socket)
    if (socket instanceof Socket)
      socket.setTimeout(Math.min(socket.timeout || MAX_IDLE, Math.max(1, lifeLeft(socket))))
    return kept
  }
}
