/**
 * Watches over connections to Postgres, so that nobody waits for ever on a line that has died. When a network drops a connection without
 * a word, nothing ever comes on it again, and a socket alone would notice after a quarter of an hour.
 *
 * A time limit would notice too, and would also end what rightly takes long: canceling a million deliveries. So what
 * has been silent for a while is asked about, over a connection of its own: does the server still work on it?
 */
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { SECOND } from '../duration.ts'
import { asConfig, type PostgresAddress } from '../postgres-address.ts'

/** How long an answer may take before it is asked about: far longer than what stands on a request's path. */
const SILENCE = 4 * SECOND

/** How long an answer may be under way after the server is done with it, without a byte that comes. */
const UNDER_WAY = SECOND / 2

/** How long the server may take to let us in, and to tell. With the silence, a request hears of a dead line within ten seconds. */
const TELL_TIMEOUT = 5 * SECOND

/**
 * What the server says of its connections: the numbers of those that work on something. `away`: it does not answer.
 * `blind`: it is there, and cannot tell us of ours, be it too full or too slow, be it that something stands between which
 * numbers connections in its own way.
 */
type Census = ReadonlySet<number> | 'away' | 'blind'

/** Watches over an answer that a connection waits for. @returns to be called when the answer is there */
export type LineWatch = (client: pg.Client) => () => void

/** Makes the watch over connections to one place; those that wait at one time ask together. */
export function createLineWatch(address: PostgresAddress): LineWatch {
  let asking: Promise<Census> | undefined

  /** Asks twice before it says that a server which answers does not work on it: the answer may be under way. */
  async function isLost(client: pg.Client, stream: Socket, isLastLook = false): Promise<boolean> {
    asking ??= takeCensus(address).finally(() => {
      asking = undefined
    })
    const { bytesRead } = stream
    const census = await asking
    if (census === 'away') return true
    if (census === 'blind' || census.has(processOf(client))) return false
    if (stream.bytesRead > bytesRead) return false
    if (isLastLook) return true
    await pause(UNDER_WAY, undefined, { ref: false })
    return isLost(client, stream, true)
  }

  return (client) => {
    // Clients that are not of JavaScript show no socket: nothing can be told of them.
    const stream = client.connection?.stream as Socket | undefined
    if (!stream) return () => {}
    let timer: NodeJS.Timeout
    let isOver = false
    const look = async () => {
      const lost = await isLost(client, stream)
      if (isOver) return
      if (lost) stream.destroy(new ConnectionLost())
      else wait()
    }
    const wait = () => {
      timer = setTimeout(look, SILENCE).unref()
    }
    wait()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }
}

/** The line died: nothing came for a while, and the server does not work on what it was asked. */
class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  readonly code = 'ETIMEDOUT'

  constructor() {
    super('The connection to Postgres has died: no answer came, and none is being worked on.')
  }
}

async function takeCensus(address: PostgresAddress): Promise<Census> {
  const client = new pg.Client({
    ...asConfig(address),
    application_name: 'ringback watch',
    connectionTimeoutMillis: TELL_TIMEOUT,
    query_timeout: TELL_TIMEOUT,
  })
  client.on('error', () => {})
  let isIn = false
  try {
    await client.connect()
    isIn = true
    const { rows } = await client.query<{ pid: number; own: boolean }>(
      `select pid, pid = pg_backend_pid() as own from pg_stat_activity where state = 'active' and usename = session_user`,
    )
    const own = rows.find((row) => row.own)
    return own?.pid === processOf(client) ? new Set(rows.map(({ pid }) => pid)) : 'blind'
  } catch (error) {
    return isIn || isRefusal(error) ? 'blind' : 'away'
  } finally {
    // A goodbye would wait for an answer.
    client.connection.stream.destroy()
  }
}

/** The number of a connection, as the server gave it at the start; pg's types leave it out. */
export const processOf = (client: pg.Client) => (client as pg.Client & { processID: number }).processID

/**
 * The server is there, and does not let us in: it has no room (SQLSTATE 53300), or our password was changed. Classes 57P and
 * 08 tell of one that has just crashed or stops, and with it all connections.
 */
const isRefusal = (error: unknown) =>
  error instanceof pg.DatabaseError && !/^(?:57P|08)/.test(error.code ?? '')

/** Whether a connection leads to the server itself: behind a pooler, the process that answers has another number. */
export async function isDirect(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]!.pid === processOf(client)
}
