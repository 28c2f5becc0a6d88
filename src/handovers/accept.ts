/** Accepting what hosts have handed over, in its order: by the same way as what comes over HTTP. */

import type { Db } from '../db/open.ts'
import { isOutage } from '../db/outage.ts'
import { type ErrorKind, RingbackError } from '../errors.ts'
import type { Acceptor } from '../events/accept.ts'
import type { EmitRequest } from '../events/event.ts'
import type { Log } from '../telemetry/log.ts'
import { GONE, type Refusal } from './handover.ts'
import { type HandoverRow, oldestHandovers, refuseHandover, takeTurn } from './store.ts'

/** What it needs from outside. */
export interface HandoverNeeds {
  db: Db
  log: Log
  /** Reads an event as if it had been posted. @throws RingbackError */
  read(tenantId: string, text: string): EmitRequest
  /** What would be answered. */
  problemOf(error: unknown): Refusal
  /** Of an acceptor whose groups come one after the other. */
  accept: Acceptor['accept']
}

/** As many as fit into one transaction of the acceptor's. */
export const HANDOVERS_AT_ONCE = 500

/**
 * Accepts the oldest. Each is taken away in the transaction that accepts it, so it becomes one event, whoever dies when, and
 * whoever else tries. One that is refused is set aside with its problem, and does not hold up the others.
 * @returns how many were dealt with; undefined when another process is at it
 */
export async function acceptHandovers(needs: HandoverNeeds): Promise<number | undefined> {
  return needs.db.transaction(async (tx) => {
    if (!(await takeTurn(tx))) return undefined
    const rows = await oldestHandovers(tx, HANDOVERS_AT_ONCE)
    const outcomes = await Promise.all(rows.map((row) => tryOne(needs, row)))
    // What broke took its whole group along: one by one, so that it breaks alone.
    for (const [i, outcome] of outcomes.entries())
      if (outcome === 'broke')
        await setAside(needs, rows[i]!, await errorOf(() => acceptOne(needs, rows[i]!)))
    return rows.length
  })
}

async function tryOne(needs: HandoverNeeds, row: HandoverRow): Promise<'done' | 'broke'> {
  const error = await errorOf(() => acceptOne(needs, row))
  if (error !== undefined && !(error instanceof RingbackError)) return 'broke'
  await setAside(needs, row, error)
  return 'done'
}

const acceptOne = async ({ read, accept }: HandoverNeeds, { seq, tenantId, event }: HandoverRow) =>
  accept({ ...read(tenantId, event), handover: seq })

/** @throws what passes by itself: it is tried again */
async function errorOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (isOutage(error) || (error instanceof RingbackError && PASSING.has(error.kind))) throw error
    return error
  }
}

const PASSING: ReadonlySet<ErrorKind> = new Set(['unavailable', 'overloaded'])

async function setAside(needs: HandoverNeeds, { seq, tenantId }: HandoverRow, error: unknown): Promise<void> {
  if (error === undefined || (error instanceof RingbackError && error.code === GONE)) return
  const { status, code, detail, errors } = needs.problemOf(error)
  // Beside the turn's own transaction, which reads alone: what was set aside stays so.
  await refuseHandover(needs.db, seq, { status, code, detail, errors })
  needs.log.warn(
    { tenantId, refused: String(seq), code, ...(status >= 500 && { err: error }) },
    'An event that was handed over is refused; it is kept with its problem.',
  )
}
