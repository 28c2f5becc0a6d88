import { setTimeout as pause } from 'node:timers/promises'
import { removeAttempts } from '../attempts/store.ts'
import { SYSTEM } from '../audit/entry.ts'
import { record } from '../audit/store.ts'
import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { oldDeliveries, removeEnded } from '../deliveries/store.ts'
import { DAY, HOUR, MINUTE } from '../duration.ts'
import { eraseOldData, removeOldEvents } from '../events/store.ts'
import { removeHandoversOf, removeRefused } from '../handovers/store.ts'
import type { Id } from '../ids.ts'
import { removeStatsOf } from '../stats/store.ts'
import { finishErasure, openErasures, tenantsWithDays } from '../tenants/store.ts'
import type { Duty } from './duty.ts'

/** What keeping days needs from outside. */
export interface KeepDaysNeeds {
  db: Db
  clock: Clock
  eventDays: number
  /** How long the data of events is kept; null: as long as they are. */
  payloadDays: number | null
}

/** Bounds one statement. */
const AT_ONCE = 1_000

/** Nobody waits for it: a pause after each statement leaves the database to the deliveries. */
const REST = 20

/** Later than any attempt. */
const FAR_OFF = Date.UTC(9999, 0)

/** What was accepted while its tenant was deleted has been committed by then. */
const SETTLING = MINUTE

/**
 * Keeps the days that are shorter than a partition's, row by row: those of tenants, and those of data; and erases what is
 * left of tenants that were deleted to be erased. Once a day for days, every minute for erasures. Whatever interrupts it,
 * it goes over everything again.
 */
export function keepDays({ db, clock, eventDays, payloadDays }: KeepDaysNeeds): Duty {
  let keptAt = Number.NEGATIVE_INFINITY

  async function keep(signal?: AbortSignal) {
    const now = clock.now()
    const since = (days: number) => ({ from: 0, to: now - days * DAY })
    if (payloadDays !== null) await eraseData(db, null, since(payloadDays), signal)
    // What was handed over and refused is data, and nothing besides.
    await removeRefused(db, new Date(since(Math.min(eventDays, payloadDays ?? eventDays)).to))
    for (const { id, retention } of await tenantsWithDays(db)) {
      const { eventDays, attemptDays, payloadDays } = retention
      if (payloadDays != null) await eraseData(db, id, since(payloadDays), signal)
      const events = eventDays == null ? undefined : since(eventDays).to
      const attempts = attemptDays == null ? events : Math.max(events ?? 0, since(attemptDays).to)
      if (attempts !== undefined) await removeOf(db, id, attempts, events ?? 0, signal)
    }
    keptAt = now
  }

  async function erase(signal?: AbortSignal) {
    for (const { tenantId, requestedAt } of await openErasures(db, clock.now() - SETTLING)) {
      const before = requestedAt.getTime()
      const erased = await removeOf(db, tenantId, before, before, signal)
      await db.transaction(async (tx) => {
        await removeStatsOf(tx, tenantId, before)
        // What a host was about to commit when its tenant was deleted.
        await removeHandoversOf(tx, tenantId, requestedAt)
        // Two processes may be at it for a moment: one of them has the last word.
        if (!(await finishErasure(tx, tenantId, requestedAt))) return
        await record(tx, SYSTEM, { action: 'tenant.erased', tenantId, targetId: tenantId, after: erased })
      })
    }
  }

  return {
    name: 'keep days',
    everyMs: MINUTE,
    async run(signal) {
      await erase(signal)
      if (clock.now() - keptAt >= 24 * HOUR) await keep(signal)
      return undefined
    },
  }
}

/**
 * Removes what is left of a tenant from before a time: attempts made before `attemptsBefore`, deliveries that have ended
 * and events that nothing waits for, both made before `before`, which is the earlier of the two.
 */
async function removeOf(
  db: Db,
  tenantId: string,
  attemptsBefore: number,
  before: number,
  signal?: AbortSignal,
) {
  const removed = { deliveries: 0, events: 0 }
  for (let at: Id<'delivery'> | null = null; ; ) {
    signal?.throwIfAborted()
    const period = { from: 0, to: attemptsBefore }
    const ids: Id<'delivery'>[] = await oldDeliveries(db, tenantId, period, at, AT_ONCE)
    const ended = await removeEnded(db, ids, before)
    const gone = new Set(ended)
    // With a delivery goes its whole log.
    await removeAttempts(db, ended, FAR_OFF)
    await removeAttempts(
      db,
      ids.filter((id) => !gone.has(id)),
      attemptsBefore,
    )
    removed.deliveries += ended.length
    if (ids.length < AT_ONCE) break
    at = ids.at(-1)!
    await pause(REST)
  }
  if (before > 0)
    for (let at: Id<'event'> | null = null; ; ) {
      signal?.throwIfAborted()
      const walked = await removeOldEvents(db, tenantId, { from: 0, to: before }, at, AT_ONCE)
      removed.events += walked.changed
      at = walked.cursor
      if (at === null) break
      await pause(REST)
    }
  return removed
}

async function eraseData(
  db: Db,
  tenantId: string | null,
  period: { from: number; to: number },
  signal?: AbortSignal,
) {
  for (let at: Id<'event'> | null = null; ; ) {
    signal?.throwIfAborted()
    at = (await eraseOldData(db, tenantId, period, at, AT_ONCE)).cursor
    if (at === null) return
    await pause(REST)
  }
}
