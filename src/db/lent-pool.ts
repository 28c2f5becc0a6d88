/**
 * A host's pool, as we use it: a wait for a connection has an end, and an answer that never comes is an outage. All of it is
 * done while a connection is ours; the pool and its connections stay as the host made them.
 */
import type pg from 'pg'
import { addressOf } from '../postgres-address.ts'
import { createLineWatch } from './line-watch.ts'

/** How a host's pool is used. */
export interface LentPoolOptions {
  /** How long a connection is waited for, in milliseconds. */
  connectTimeoutMs: number
  /** Told of connections that break while we have them; what was asked over them rejects by itself. */
  onError(error: Error): void
}

/** Has of a pool what is used here: `query` and `connect`, in the forms that give a promise. */
export function lentPool(pool: pg.Pool, { connectTimeoutMs, onError }: LentPoolOptions): pg.Pool {
  const watch = createLineWatch(addressOf(pool))

  /** One whose turn comes when nobody waits any more goes back at once. */
  function take(): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        // In the pool's own words.
        reject(new Error('timeout exceeded when trying to connect'))
      }, connectTimeoutMs)
      pool.connect().then(
        (client) => {
          clearTimeout(timer)
          if (isLate) client.release()
          else resolve(client)
        },
        (error: unknown) => {
          clearTimeout(timer)
          reject(error)
        },
      )
    })
  }

  /** A connection until it is given back. */
  async function connect() {
    const client = await take()
    // Without a listener the 'error' of a connection that breaks while we have it would end the host's process.
    client.on('error', onError)
    const ask = client.query as (...args: unknown[]) => Promise<unknown>
    return {
      async query(...args: unknown[]) {
        const ended = watch(client)
        try {
          return await ask.apply(client, args)
        } finally {
          ended()
        }
      },
      release(destroy?: Error | boolean) {
        client.off('error', onError)
        client.release(destroy)
      },
    }
  }

  // Drizzle knows a pool by the name of its class.
  class LentPool {
    readonly connect = connect

    async query(...args: unknown[]) {
      const client = await connect()
      try {
        return await client.query(...args)
      } finally {
        client.release()
      }
    }
  }
  return new LentPool() as unknown as pg.Pool
}
