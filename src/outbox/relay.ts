/**
 * The relay: moves what waits in a host's outbox to a Ringback elsewhere, in order, at least once. Each row goes under an id of
 * its own, so that what is sent again is accepted once. Many relays may run: one works, the others stand by, and take over
 * as soon as its connection ends.
 */
import { type OutboxRow, openOutbox, type RelayConnection } from './rows.ts'
import { OUTBOX_TABLE } from './schema.ts'

export type { RelayConnection } from './rows.ts'

/** What is needed of a pool: that of node-postgres will do. */
export interface RelayPool {
  connect(): Promise<RelayConnection>
}

/** What is needed of a client: `new Ringback(...)` of `ringback/client`. */
export interface RelayClient {
  events: {
    emitBatch(
      // biome-ignore lint/suspicious/noExplicitAny: a client may be typed by a catalogue
      events: any[],
      options?: { signal?: AbortSignal },
    ): Promise<({ id: string } | { error: { status: number; code: string; detail: string } })[]>
  }
}

/** How a relay runs. */
export interface RelayOptions {
  pool: RelayPool
  client: RelayClient
  /** `ringback_outbox` unless told. */
  table?: string | undefined
  /** How often it looks when nothing waits, in milliseconds; 500 unless told. */
  pollMs?: number | undefined
  /** The longest pause while the server or the database is away, in milliseconds; 30,000 unless told. */
  maxPauseMs?: number | undefined
  /** Told of each row that the server refuses, and is set aside. */
  onRefused?: ((refused: { key: string; tenant: string; code: string; detail: string }) => void) | undefined
  /** Told of each failure that is tried again. */
  onError?: ((error: unknown) => void) | undefined
}

/** A relay that runs. */
export interface Relay {
  /** Ends; what was sent and not answered is sent again, under its id, by whoever comes next. Safe to repeat. */
  stop(): Promise<void>
  /** Resolves when the outbox was empty at a look that began after this call. */
  drained(): Promise<void>
}

const FIRST_PAUSE_MS = 250

/** Starts a relay. */
export function startRelay(options: RelayOptions): Relay {
  const {
    pool,
    client,
    table = OUTBOX_TABLE,
    pollMs = 500,
    maxPauseMs = 30_000,
    onRefused,
    onError,
  } = options
  const outbox = openOutbox(table)
  const stopping = new AbortController()
  let waiters: (() => void)[] = []
  let failures = 0
  const running = run()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const early = waiters
      let next: number
      try {
        const moved = await moveSome()
        failures = 0
        next = moved ? 0 : pollMs
        if (moved === 0) {
          for (const tell of early) tell()
          waiters = waiters.filter((one) => !early.includes(one))
        }
      } catch (error) {
        if (!stopping.signal.aborted) onError?.(error)
        next = Math.min(maxPauseMs, FIRST_PAUSE_MS * 2 ** failures++)
      }
      if (next > 0) await pause(next, stopping.signal)
    }
  }

  /** One batch. @returns how many rows; undefined when another relay is at it */
  async function moveSome(): Promise<number | undefined> {
    const connection = await pool.connect()
    let broken: unknown
    try {
      await connection.query('begin', [])
      const rows = await outbox.take(connection)
      if (rows && rows.length > 0) await settle(connection, rows)
      await connection.query('commit', [])
      return rows?.length
    } catch (error) {
      await connection.query('rollback', []).catch((cause: unknown) => {
        broken = cause
      })
      throw error
    } finally {
      // A connection that does not even roll back is none to give back.
      connection.release(broken !== undefined)
    }
  }

  async function settle(connection: RelayConnection, rows: readonly OutboxRow[]): Promise<void> {
    const outcomes = await client.events.emitBatch(rows.map(eventOf), { signal: stopping.signal })
    const again = outcomes.findIndex((one) => 'error' in one && mayPass(one.error.status))
    // What may pass holds up what comes after it: some of that is accepted already, and is sent again under its id.
    const settled = again === -1 ? rows : rows.slice(0, again)
    const accepted = settled.filter((_, i) => !('error' in outcomes[i]!))
    await outbox.remove(connection, accepted)
    for (const [i, row] of settled.entries()) {
      const outcome = outcomes[i]!
      if (!('error' in outcome)) continue
      await outbox.refuse(connection, row, outcome.error)
      onRefused?.({
        key: row.key,
        tenant: row.tenant_id,
        code: outcome.error.code,
        detail: outcome.error.detail,
      })
    }
    if (again === 0) throw new Error('The server cannot accept the oldest event now; it is tried again.')
  }

  return {
    async stop() {
      stopping.abort()
      await running
    },
    drained: () => new Promise((resolve) => (waiters = [...waiters, resolve])),
  }
}

/** Under the row's own key, unless the host gave an id. */
function eventOf({ key, tenant_id, event }: OutboxRow): object {
  const parsed = JSON.parse(event) as { id?: string }
  return { ...parsed, tenant: tenant_id, id: parsed.id ?? key }
}

const mayPass = (status: number) => status >= 500 || status === 429 || status === 408

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
