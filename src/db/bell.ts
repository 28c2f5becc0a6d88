/** A bell that Postgres rings: news of a commit elsewhere (LISTEN/NOTIFY). */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { SECOND } from '../duration.ts'
import { asConfig, type PostgresAddress } from '../postgres-address.ts'

/** Rings when somebody tells. It may miss some: whoever waits looks from time to time anyway. */
export interface Bell {
  /** Resolves when it has rung since the last wait, after `ms`, or when `signal` ends it. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** How long after a connection broke the next is made. */
const AGAIN_AFTER = SECOND

/** @param channel a name of our own: it is not escaped */
export function createBell(address: PostgresAddress, channel: string): Bell {
  let rung = false
  let wake = () => {}
  const stopping = new AbortController()
  const listening = listen()

  function ring() {
    rung = true
    wake()
  }

  async function listen() {
    while (!stopping.signal.aborted) {
      await hear().catch(() => {})
      await pause(AGAIN_AFTER, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
    }
  }

  /** One connection, from its opening to its end. */
  async function hear() {
    const client = new pg.Client({
      ...asConfig(address),
      application_name: 'ringback bell',
      connectionTimeoutMillis: 5 * SECOND,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10 * SECOND,
    })
    client.on('error', () => {})
    const ended = new Promise<void>((resolve) => client.once('end', resolve))
    const leave = () => void client.end().catch(() => {})
    stopping.signal.addEventListener('abort', leave)
    try {
      await client.connect()
      client.on('notification', ring)
      await client.query(`listen ${channel}`)
      // What came before is told by nobody.
      ring()
      if (!stopping.signal.aborted) await ended
    } finally {
      stopping.signal.removeEventListener('abort', leave)
      leave()
    }
  }

  return {
    async wait(ms, signal) {
      if (!rung && ms > 0) {
        const waiting = new AbortController()
        wake = () => waiting.abort()
        const either = AbortSignal.any([waiting.signal, signal])
        await pause(ms, undefined, { signal: either, ref: false }).catch(() => {})
        wake = () => {}
      }
      rung = false
    },
    async stop() {
      stopping.abort()
      await listening
    },
  }
}
