/**
 * The relay: moves what waits in a host's outbox to a Ringback elsewhere, in order, at least once. Each row goes under an id of
 * its own, so that what is sent again is accepted once. Many relays may run: one works, the others stand by, and take over
 * as soon as its connection ends.
 */
import { type OutboxRow, openOutbox, type RelayConnection } from './rows.ts'
import { OUTBOX_TABLE } from './schema.ts'
import { type RelayClient, send } from './send.ts'

export type { RelayConnection } from './rows.ts'
export type { RelayClient } from './send.ts'

/** What is needed of a pool: that of node-postgres will do. */
export interface RelayPool {
  connect(): Promise<RelayConnection>
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
  /** Told of each row that is refused, once it is set aside. What it throws goes to `onError`. */
  onRefused?: ((refused: RefusedRow) => void) | undefined
  /** Told of each failure that is tried again, and of what `onRefused` throws. What it throws itself is dropped. */
  onError?: ((error: unknown) => void) | undefined
}

/** A row that was refused. */
export interface RefusedRow {
  key: string
  tenant: string
  code: string
  detail: string
}

/** A relay that runs. */
export interface Relay {
  /** Ends; what was sent and not answered is sent again, under its id, by whoever comes next. Safe to repeat. */
  stop(): Promise<void>
  /** Resolves when the outbox was empty at a look that began after this call; rejects when the relay is stopped before. */
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
  let waiters: Waiter[] = []
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
          for (const { resolve } of early) resolve()
          waiters = waiters.filter((one) => !early.includes(one))
        }
      } catch (error) {
        if (!stopping.signal.aborted) tell(onError, error)
        next = Math.min(maxPauseMs, FIRST_PAUSE_MS * 2 ** failures++)
      }
      if (next > 0) await pause(next, stopping.signal)
    }
    for (const { reject } of waiters) reject(new Error('The relay was stopped.'))
    waiters = []
  }

  /** One batch. @returns how many rows; undefined when another relay is at it */
  async function moveSome(): Promise<number | undefined> {
    const connection = await pool.connect()
    // While the server is asked, nobody waits for this connection: if it breaks then, its 'error' would end the process.
    connection.on?.('error', ignore)
    let broken: unknown
    try {
      await connection.query('begin', [])
      const rows = await outbox.take(connection)
      const refused = rows && rows.length > 0 ? await settle(connection, rows) : []
      await connection.query('commit', [])
      for (const one of refused) tell(onRefused, one, (error) => tell(onError, error))
      return rows?.length
    } catch (error) {
      await connection.query('rollback', []).catch((cause: unknown) => {
        broken = cause
      })
      throw error
    } finally {
      connection.off?.('error', ignore)
      // A connection that does not even roll back is none to give back.
      connection.release(broken !== undefined)
    }
  }

  /** @returns what was set aside */
  async function settle(connection: RelayConnection, rows: readonly OutboxRow[]): Promise<RefusedRow[]> {
    const outcomes = await send(client, rows, stopping.signal)
    const again = outcomes.findIndex((one) => 'error' in one && mayPass(one.error.status))
    if (again === 0) throw new Error('The server cannot accept the oldest event now; it is tried again.')
    // What may pass holds up what comes after it: some of that is accepted already, and is sent again under its id.
    const settled = again === -1 ? rows : rows.slice(0, again)
    const refused: RefusedRow[] = []
    const accepted: OutboxRow[] = []
    for (const [i, row] of settled.entries()) {
      const outcome = outcomes[i]!
      if (!('error' in outcome)) {
        accepted.push(row)
        continue
      }
      await outbox.refuse(connection, row, outcome.error)
      const { code, detail } = outcome.error
      refused.push({ key: row.key, tenant: row.tenant_id, code, detail })
    }
    await outbox.remove(connection, accepted)
    return refused
  }

  return {
    async stop() {
      stopping.abort()
      await running
    },
    drained: () =>
      new Promise((resolve, reject) => {
        if (stopping.signal.aborted) reject(new Error('The relay was stopped.'))
        else waiters = [...waiters, { resolve, reject }]
      }),
  }
}

/** Calls a listener of the host's. What it throws stops nothing here. */
async function tell<What>(
  listener: ((what: What) => unknown) | undefined,
  what: What,
  onThrown: (error: unknown) => void = ignore,
): Promise<void> {
  try {
    await listener?.(what)
  } catch (error) {
    onThrown(error)
  }
}

interface Waiter {
  resolve(): void
  reject(error: Error): void
}

const ignore = () => {}

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
