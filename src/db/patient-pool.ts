import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** Soon enough for a request, and seldom enough for a server that forks a process to say no. */
const AGAIN_AFTER_MS = 100

/**
 * A pool that may not grow waits: Postgres has no connection for it while others have them all, and in a moment one of its
 * own or of theirs is free. So more processes than Postgres has room for are slower, and no request fails for it.
 * @param options waits for `connectionTimeoutMillis`, and for a connection that it asks for at the end of that; what is idle
 * must be let go sooner (`idleTimeoutMillis`), or those who need it wait in vain
 */
export function patientPool(
  options: pg.PoolConfig & { connectionTimeoutMillis: number; idleTimeoutMillis: number },
): pg.Pool {
  class PatientPool extends pg.Pool {
    override connect(): Promise<pg.PoolClient>
    override connect(tell: Tell): void
    override connect(tell?: Tell): Promise<pg.PoolClient> | undefined {
      const client = this.#take()
      if (!tell) return client
      client.then(
        (client) => tell(undefined, client, client.release),
        (error: Error) => tell(error, undefined, () => {}),
      )
      return undefined
    }

    async #take(): Promise<pg.PoolClient> {
      const until = performance.now() + options.connectionTimeoutMillis
      for (;;) {
        try {
          return await super.connect()
        } catch (error) {
          if (!isFull(error) || performance.now() > until) throw error
        }
        await this.#pause()
      }
    }

    /** All who wait ask again together: a server that is full is not asked more often for their being many. */
    #pausing: Promise<void> | undefined
    #pause(): Promise<void> {
      this.#pausing ??= pause(AGAIN_AFTER_MS).finally(() => {
        this.#pausing = undefined
      })
      return this.#pausing
    }
  }
  return new PatientPool(options)
}

/** As pg declares it. */
type Tell = Parameters<typeof pg.Pool.prototype.connect>[0]

/** Source: PostgreSQL 18 documentation, appendix A: `too_many_connections`. */
const isFull = (error: unknown) => error instanceof Error && 'code' in error && error.code === '53300'
