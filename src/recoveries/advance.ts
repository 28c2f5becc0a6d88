/**
 * Moving a recovery on: one step sets the next deliveries going, and remembers how far it came, in one transaction. A crash
 * between two steps loses nothing and repeats nothing, and any number of processes may step at once.
 */
import { retryOnDeadlock } from '../db/deadlock.ts'
import type { Db } from '../db/open.ts'
import { anyOnTheWay, insertUnsent, recoveryEnds, restartWanted } from '../deliveries/store.ts'
import type { Id, Ids } from '../ids.ts'
import { giveNotices } from '../notices/store.ts'
import { finish, lockUnsent, type RecoveryRow, saveStep, takeRunning } from './store.ts'
import { createUnsentFinder } from './unsent.ts'

/** What a step did. */
export interface Step {
  /** How many deliveries it set going. */
  started: number
  /** Whether there is more to look at. */
  more: boolean
}

const NOTHING: Step = { started: 0, more: false }

/**
 * Makes one step of a recovery that runs. It may set going fewer than there are, since it looks at so many rows at most.
 * @param most how many deliveries it may set going
 */
export function advanceRecovery(
  { db, ids }: { db: Db; ids: Ids },
  { tenantId, id }: Pick<RecoveryRow, 'tenantId' | 'id'>,
  most: number,
): Promise<Step> {
  return retryOnDeadlock(() =>
    db.transaction(async (tx) => {
      const recovery = await takeRunning(tx, tenantId, id)
      if (!recovery) return NOTHING
      const step = recovery.exhaustedAt ? NOTHING : await moveOn(tx, ids, recovery, most)
      if (!step.more) await finishIfEnded(tx, recovery)
      return step
    }),
  )
}

/** Deliveries that are there come first, then those that never were. */
async function moveOn(tx: Db, ids: Ids, recovery: RecoveryRow, most: number): Promise<Step> {
  const { id, tenantId, includeUnsent } = recovery
  const known = await restartWanted(tx, tenantId, id, recovery, recovery.deliveryCursor, most)
  const unsent =
    known.exhausted && includeUnsent ? await makeUnsent(tx, ids, recovery, most - known.started) : undefined

  const started = known.started + (unsent?.started ?? 0)
  const exhausted = known.exhausted && (unsent?.exhausted ?? true)
  await saveStep(tx, tenantId, id, {
    started,
    deliveryCursor: known.cursor,
    eventCursor: unsent?.cursor ?? recovery.eventCursor,
    exhausted,
  })
  return { started, more: !exhausted }
}

/** How far a step got with what was never sent. */
interface Made {
  started: number
  cursor: Id<'event'> | null
  exhausted: boolean
}

async function makeUnsent(tx: Db, ids: Ids, recovery: RecoveryRow, most: number): Promise<Made> {
  const { id, tenantId, eventCursor } = recovery
  await lockUnsent(tx, tenantId)
  const find = await createUnsentFinder(tx, tenantId, recovery)
  const { unsent, cursor, exhausted } = await find(eventCursor)
  const missing = unsent.flatMap((event) =>
    event.missing.map((endpointId) => ({ eventId: event.id, eventType: event.type, endpointId })),
  )
  const made = missing.slice(0, most).map((one) => ({ id: ids('delivery'), ...one }))
  await insertUnsent(tx, tenantId, id, made)

  const next = missing[most]
  if (!next) return { started: made.length, cursor, exhausted }
  // The next step looks at this event again: the endpoints that it was made for now are not missing then.
  const before = unsent.findLast((event) => event.id < next.eventId)?.id ?? eventCursor
  return { started: made.length, cursor: before, exhausted: false }
}

/** What is held for an endpoint that is off keeps a recovery running, until the endpoint is on again or gone. */
async function finishIfEnded(tx: Db, { tenantId, id, matched }: RecoveryRow): Promise<void> {
  if (await anyOnTheWay(tx, tenantId, id)) return
  const { done, failed } = (await recoveryEnds(tx, tenantId, [id])).get(id) ?? { done: 0, failed: 0 }
  await finish(tx, tenantId, id)
  await giveNotices(tx, [
    { type: 'recovery.finished', tenantId, data: { recoveryId: id, matched, done, failed } },
  ])
}
