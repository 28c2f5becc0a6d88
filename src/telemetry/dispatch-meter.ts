import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** The lane that an attempt came by: first tries, or later ones and recoveries. */
export type MeteredLane = 'front' | 'back'

const FINAL_STATES = ['delivered', 'failed', 'canceled'] as const

/** The states that end a delivery. */
export type FinalState = (typeof FINAL_STATES)[number]

const PUT_OFF = ['early', 'hold', 'busy', 'orphan', 'eventless', 'drop'] as const

/** Why no attempt was made. */
export type PutOffLabel = (typeof PUT_OFF)[number]

/** Counts what dispatching does. */
export interface DispatchMeter {
  /** An attempt begins, so long after it was due. */
  began(lane: MeteredLane, waitedSeconds: number): void
  /** It has ended: with a status, or an error in a word. */
  attempted(outcome: { status: number | null; error: string | null }, seconds: number): void
  /** What it did to its delivery; `late`: nothing, another was quicker. */
  settled(result: FinalState | 'retrying' | 'held' | 'late' | 'pending'): void
  /** An alarm rang and no attempt was made. */
  putOff(reason: PutOffLabel): void
  /** So many results shared a transaction, which took so long. */
  committed(attempts: number, seconds: number): void
  /** So many deliveries ended without an attempt. */
  ended(state: FinalState, count: number): void
}

export const silentDispatchMeter: DispatchMeter = {
  began() {},
  attempted() {},
  settled() {},
  putOff() {},
  committed() {},
  ended() {},
}

/** From the fastest receiver to the longest deadline. */
const ATTEMPT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30]

/** Makes its instruments. */
export function createDispatchMeter(registry: Registry): DispatchMeter {
  const registers = [registry]
  const waited = new Histogram({
    name: 'ringback_queue_wait_seconds',
    help: 'How long after it was due an attempt began: in the queue, in the lane of its worker, at the gate of its endpoint.',
    labelNames: ['lane'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers,
  })
  const duration = new Histogram({
    name: 'ringback_attempt_duration_seconds',
    help: 'How long an attempt took, by what came of it: the class of the status, or the error.',
    labelNames: ['outcome'],
    buckets: ATTEMPT_BUCKETS,
    registers,
  })
  const inFlight = new Gauge({
    name: 'ringback_attempts_in_flight',
    help: 'Attempts that are on the wire in this process.',
    registers,
  })
  const retries = new Counter({
    name: 'ringback_retries_total',
    help: 'Attempts that failed and are to be made again.',
    registers,
  })
  const late = new Counter({
    name: 'ringback_attempts_late_total',
    help: 'Results that came after another worker had made the same attempt.',
    registers,
  })
  const ended = new Counter({
    name: 'ringback_deliveries_total',
    help: 'Deliveries that came to an end, by their final state.',
    labelNames: ['state'],
    registers,
  })
  const putOff = new Counter({
    name: 'ringback_deliveries_put_off_total',
    help: 'Alarms that rang without an attempt: no place at the endpoint, held, or not true any more.',
    labelNames: ['reason'],
    registers,
  })
  const group = new Histogram({
    name: 'ringback_settle_batch_attempts',
    help: 'Attempts whose results shared a transaction.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200],
    registers,
  })
  const groupDuration = new Histogram({
    name: 'ringback_settle_batch_duration_seconds',
    help: 'How long it took to write the results of a group of attempts.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  for (const state of ['delivered', 'failed', 'canceled'] as const) ended.inc({ state }, 0)
  // Else a rate over them begins with nothing when the first one comes.
  for (const state of FINAL_STATES) ended.inc({ state }, 0)
  for (const reason of PUT_OFF) putOff.inc({ reason }, 0)
  return {
    began(lane, waitedSeconds) {
      waited.observe({ lane }, Math.max(0, waitedSeconds))
      inFlight.inc()
    },
    attempted(outcome, seconds) {
      inFlight.dec()
      duration.observe({ outcome: outcomeLabel(outcome) }, seconds)
    },
    settled(result) {
      if (result === 'retrying') retries.inc()
      else if (result === 'late') late.inc()
      else if (result === 'delivered' || result === 'failed') ended.inc({ state: result })
    },
    putOff: (reason) => putOff.inc({ reason }),
    committed(attempts, seconds) {
      group.observe(attempts)
      groupDuration.observe(seconds)
    },
    ended: (state, count) => ended.inc({ state }, count),
  }
}

/** Of a status its class alone: receivers send what they like. */
function outcomeLabel({ status, error }: { status: number | null; error: string | null }): string {
  if (status === null) return error ?? 'unknown'
  return status >= 200 && status < 600 ? `${Math.floor(status / 100)}xx` : 'other'
}
