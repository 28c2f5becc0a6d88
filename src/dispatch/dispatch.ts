/**
 * Dispatching: what happens when an alarm rings. Load, admit, prepare, send, settle; then the next alarm.
 */
import type { AttemptRow } from '../attempts/store.ts'
import { createBatcher } from '../batcher.ts'
import type { Clock, Random } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Alarms } from '../deliveries/alarms.ts'
import { cancelOrphans, holdIfOff, putBack } from '../deliveries/store.ts'
import type { Egress } from '../egress/index.ts'
import { rampedPlaces } from '../endpoints/health.ts'
import { reach } from '../fail-points.ts'
import type { Id, Ids } from '../ids.ts'
import type { Log } from '../telemetry/log.ts'
import { type Admission, admit } from './admit.ts'
import { type Attempted, conclude } from './conclude.ts'
import type { Destinations } from './destinations.ts'
import { createGate } from './gate.ts'
import { createLoad } from './load.ts'
import { prepare } from './prepare.ts'
import { createSettle } from './settle.ts'

/** What dispatching needs from outside. */
export interface DispatchNeeds {
  db: Db
  egress: Pick<Egress, 'send'>
  destinations: Destinations
  alarms: Alarms
  ids: Ids
  clock: Clock
  random: Random
  log: Log
}

/** Handles an alarm: makes the attempt, or says why not. Rejects only when Postgres is away; the sweeper rings again. */
export type Dispatch = (alarm: { deliveryId: Id<'delivery'>; attempt: number }) => Promise<void>

export function createDispatch(needs: DispatchNeeds): Dispatch {
  const { egress, alarms, ids, clock, random, log } = needs
  const load = createLoad(needs)
  const settle = createSettle(needs)
  const putOff = createPutOff(needs)
  const gate = createGate(needs)
  /** Two alarms for one delivery may ring in one process, when one was taken for lost; the second is dropped. */
  const inHand = new Set<Id<'delivery'>>()

  return async ({ deliveryId, attempt }) => {
    if (inHand.has(deliveryId)) return
    inHand.add(deliveryId)
    try {
      const { delivery, destination, body } = await load(deliveryId)
      const admission = admit(delivery, attempt, destination)
      if (admission.kind !== 'go') return await putOff(deliveryId, admission)

      if (!body) throw new Error(`The event of ${deliveryId} is not there any more.`)

      const { endpointId, maxInFlight, resumedAt } = destination!
      const places = rampedPlaces(maxInFlight, resumedAt, clock.now())
      if (!(await gate.enter(endpointId, places))) return await putOff(deliveryId, { kind: 'busy' })
      const id = ids('attempt')
      const request = prepare(delivery!.eventId, body, destination!, clock.now())
      const outcome = await egress.send(request)
      gate.leave(endpointId, outcome.durationMs)

      const attempted: Attempted = { id, delivery: delivery!, retry: destination!.retry, request, outcome }
      const conclusion = conclude(attempted, clock.now(), random)
      reach('dispatch.answered')
      const settled = await settle({ ...conclusion, endpointFailing: destination!.failing })
      reach('dispatch.settled')

      const { dueInMs } = conclusion.settlement
      if (settled?.status === 'retrying' && dueInMs !== null)
        alarms.set([
          { id: deliveryId, attempt: attempt + 1, delayMs: dueInMs, trigger: conclusion.row.trigger },
        ])
      log.debug(line(conclusion.row, settled?.status ?? 'late'), 'An attempt was made.')
    } finally {
      inHand.delete(deliveryId)
    }
  }
}

/** Why a delivery is not sent now: it was not admitted, or its endpoint has no place for it. */
type PutOff = Exclude<Admission, { kind: 'go' }> | { kind: 'busy' }

/** Acts on what is not sent now, those of the moment together. */
function createPutOff({ db }: DispatchNeeds) {
  const group = (run: (ids: readonly Id<'delivery'>[]) => Promise<unknown>) =>
    createBatcher<Id<'delivery'>, undefined>({
      maxItems: 500,
      run: async (ids) => {
        await run(ids)
        return ids.map(() => undefined)
      },
    })
  const holding = group((ids) => holdIfOff(db, ids))
  const orphans = group((ids) => cancelOrphans(db, ids))
  const waiting = group((ids) => putBack(db, ids))

  return async (id: Id<'delivery'>, why: PutOff): Promise<void> => {
    if (why.kind === 'hold') await holding.add(id)
    if (why.kind === 'orphan') await orphans.add(id)
    if (why.kind === 'busy') await waiting.add(id)
  }
}

/** The one line of an attempt. */
const line = (row: AttemptRow, status: string) => ({
  tenantId: row.tenantId,
  deliveryId: row.deliveryId,
  endpointId: row.endpointId,
  attemptId: row.id,
  number: row.number,
  httpStatus: row.responseStatus,
  error: row.error,
  durationMs: row.durationMs,
  status,
})
