/**
 * Dispatching: what happens when an alarm rings. Load, admit, prepare, send, settle; then the next alarm.
 */
import type { Clock, Random } from '../clock.ts'
import type { Db } from '../db/open.ts'
import type { Alarms } from '../deliveries/alarms.ts'
import type { DueDelivery } from '../deliveries/store.ts'
import { SECOND } from '../duration.ts'
import type { Egress } from '../egress/index.ts'
import { rampedPlaces } from '../endpoints/health.ts'
import type { EventContent } from '../events/store.ts'
import { reach } from '../fail-points.ts'
import type { Id, Ids } from '../ids.ts'
import { judgeResponse } from '../retry/verdict.ts'
import { type DispatchMeter, silentDispatchMeter } from '../telemetry/dispatch-meter.ts'
import type { Log } from '../telemetry/log.ts'
import { noTracing, type Tracing } from '../telemetry/tracing.ts'
import { noWideLines, type WideLines } from '../telemetry/wide-lines.ts'
import { traceIdOf } from '../trace-context.ts'
import { type Alarmed, admit } from './admit.ts'
import { conclude } from './conclude.ts'
import type { Destination, Destinations } from './destinations.ts'
import { factsOf, laneOf, type Sent, toTrace } from './facts.ts'
import { createGates } from './gates.ts'
import { createLoad } from './load.ts'
import { createPace } from './pace.ts'
import { prepare } from './prepare.ts'
import { type Busy, createPutOff } from './put-off.ts'
import { createSettle } from './settle.ts'

/** What dispatching needs from outside. */
export interface DispatchNeeds {
  db: Db
  egress: Pick<Egress, 'send'>
  destinations: Destinations
  alarms: Pick<Alarms, 'set'>
  ids: Ids
  clock: Clock
  random: Random
  log: Log
  /** Attempts in flight at once in this process. */
  concurrency: number
  /** Whether receivers are told the trace that a callback belongs to; they are unless told otherwise. */
  sendTraceparent?: boolean
  /** What is told of it to who watches the process; nothing unless told. */
  meter?: DispatchMeter
  wideLines?: WideLines
  tracing?: Tracing
}

/** Handles an alarm: makes the attempt, or says why not. Rejects only when Postgres is away; the sweeper rings again. */
export type Dispatch = (alarm: RungAlarm) => Promise<void>

/** What an alarm rings for. */
export interface RungAlarm extends Alarmed {
  deliveryId: Id<'delivery'>
}

/** However many places an endpoint asks for, the other half of the worker's are for others. */
const MOST_OF_ONE = 1 / 2

export function createDispatch(needs: DispatchNeeds): Dispatch {
  const { egress, alarms, ids, clock, random, log, sendTraceparent = true } = needs
  const { meter = silentDispatchMeter, wideLines = noWideLines, tracing = noTracing } = needs
  const load = createLoad(needs)
  const settle = createSettle({ ...needs, meter })
  const putOff = createPutOff({ ...needs, meter })
  const gates = createGates(needs)
  const pace = createPace(needs)
  const share = Math.max(1, Math.floor(needs.concurrency * MOST_OF_ONE))
  /** Two alarms for one delivery may ring in one process, when one was taken for lost; the second is dropped. */
  const inHand = new Set<Id<'delivery'>>()

  /** Sends it, when its tenant and its endpoint have a place and its pace allows it. */
  async function send(
    delivery: DueDelivery,
    destination: Destination,
    { body, traceparent }: EventContent,
    loadedAt: number,
  ): Promise<Sent | Busy> {
    const { endpointId, resumedAgoMs, perSecond, retry } = destination
    const most = Math.min(destination.maxInFlight, share)
    const places = await gates.enter(destination, laneOf(delivery), rampedPlaces(most, resumedAgoMs))
    if (!('leave' in places)) return { kind: 'busy', ...places }
    let tookMs: number | null = null
    try {
      // With the place in hand: a turn that is given is used at once.
      if (perSecond !== null && !(await pace.enter(endpointId, perSecond)))
        return { kind: 'busy', againInMs: null }
      const id = ids('attempt')
      const span = tracing.attempting(toTrace(id, delivery, destination, traceparent))
      const trace = span?.traceparent ?? traceparent
      const now = clock.now()
      const request = prepare(delivery.eventId, body, destination, now, sendTraceparent ? trace : null)
      const waitedMs = Math.max(0, now - loadedAt - (delivery.dueInMs ?? 0))
      meter.began(laneOf(delivery), waitedMs / SECOND)
      const outcome = await egress.send(request)
      tookMs = outcome.durationMs
      const status = outcome.response?.status ?? null
      meter.attempted({ status, error: outcome.error }, tookMs / SECOND)
      span?.end({
        status,
        error: outcome.error,
        remoteAddress: outcome.remoteAddress,
        succeeded: status !== null && judgeResponse(status) === 'success',
      })
      const traceId = trace && traceIdOf(trace)
      return {
        id,
        delivery,
        retry,
        wasHeld: wasHeld(delivery, destination),
        request,
        outcome,
        traceId,
        waitedMs,
      }
    } finally {
      places.leave(tookMs)
    }
  }

  return async ({ deliveryId, ...alarm }) => {
    if (inHand.has(deliveryId)) return
    inHand.add(deliveryId)
    try {
      const { delivery, destination } = await load(deliveryId)
      const loadedAt = clock.now()
      const admission = admit(delivery, alarm, destination)
      if (admission.kind !== 'go') return await putOff(deliveryId, admission)

      const attempted = await send(admission.delivery, admission.destination, admission.content, loadedAt)
      if ('kind' in attempted) return await putOff(deliveryId, attempted)
      const conclusion = conclude(attempted, clock.now(), random)
      reach('dispatch.answered')
      const { failing, circuit } = admission.destination
      const isProbe = circuit.open && circuit.probe === deliveryId
      const settled = await settle({ ...conclusion, endpointFailing: failing, isProbe })
      reach('dispatch.settled')

      const { dueInMs } = conclusion.settlement
      const { trigger } = conclusion.row
      if (settled?.status === 'retrying' && dueInMs !== null)
        alarms.set([
          {
            id: deliveryId,
            endpointId: admission.delivery.endpointId,
            attempt: alarm.attempt + 1,
            delayMs: dueInMs,
            trigger,
            traceparent: admission.content.traceparent,
          },
        ])
      meter.settled(settled?.status ?? 'late')
      const facts = factsOf(conclusion, attempted, settled?.status ?? 'late')
      if (settled) wideLines.attempted(facts)
      else log.warn(facts, TOO_LATE)
    } finally {
      inHand.delete(deliveryId)
    }
  }
}

/** Whether its endpoint was off at some time of its present schedule, or is now and it probes. */
const wasHeld = ({ roundAgeMs }: DueDelivery, { circuit, resumedAgoMs }: Destination): boolean =>
  circuit.open || (resumedAgoMs !== null && resumedAgoMs < roundAgeMs)

/** The log of attempts has one row for each number, and that is the other's; so this is where it is told. */
const TOO_LATE =
  'An attempt came too late: while it was made, another worker made it too. It changes nothing; the receiver may have seen it twice.'
