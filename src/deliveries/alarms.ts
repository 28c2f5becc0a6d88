/**
 * Alarms: what calls a worker when a delivery is due. They lie in the queue, are set after the commit and off every
 * request's path; a failure here loses nothing, because the sweeper looks again.
 */
import { createBatcher } from '../batcher.ts'
import type { Job } from '../queue/catalogue.ts'
import type { Queue } from '../queue/queue.ts'
import type { Log } from '../telemetry/log.ts'
import { ALARM_HORIZON, type Alarm } from './store.ts'

/** Sets alarms. */
export interface Alarms {
  /** Sets those that are near; the sweeper sets the others when their time comes. Never throws, never waited for. */
  set(alarms: readonly Alarm[]): void
  /** Sets one that must ring now, even if it is set for later already: somebody waits for it. */
  ring(alarm: Omit<Alarm, 'delayMs'>): void
  /** Resolves when nothing is on its way to the queue. */
  idle(): Promise<void>
}

/** One round trip's worth; larger ones would block Redis for others. */
const GROUP_SIZE = 1_000

/** The job behind an alarm. The lane depends on nothing but the attempt, so an alarm that is set again is the same job. */
export const jobOf = ({ id, endpointId, attempt, delayMs, trigger, traceparent }: Alarm): Job => ({
  kind: attempt === 1 && trigger !== 'recovery' ? 'deliver' : 'redeliver',
  data: { deliveryId: id, attempt },
  shardKey: endpointId,
  delayMs: Math.max(0, Math.ceil(delayMs)),
  ...(traceparent ? { traceparent } : {}),
})

export function createAlarms({ queue, log }: { queue: Queue; log: Log }): Alarms {
  const group = (send: (jobs: readonly Job[]) => Promise<void>, maxRunning: number) =>
    createBatcher<Alarm, undefined>({
      maxItems: GROUP_SIZE,
      maxRunning,
      async run(alarms) {
        await send(alarms.map(jobOf))
        return alarms.map(() => undefined)
      },
    })
  const setting = group((jobs) => queue.add(jobs), 2)
  const ringing = group((jobs) => queue.hurry(jobs), 1)

  // A queue that is away fails every group; one line a while says it, the sweeper mends it.
  let failures = 0
  function onFailure(error: unknown) {
    if (failures++ === 0)
      log.warn({ err: error }, 'The queue takes no alarms; what is due waits in Postgres.')
  }
  function onSuccess() {
    if (failures === 0) return
    log.info({ failures }, 'The queue takes alarms again.')
    failures = 0
  }

  return {
    set(alarms) {
      for (const alarm of alarms)
        if (alarm.delayMs <= ALARM_HORIZON) setting.add(alarm).then(onSuccess, onFailure)
    },
    ring(alarm) {
      ringing.add({ ...alarm, delayMs: 0 }).then(onSuccess, onFailure)
    },
    async idle() {
      await Promise.all([setting.idle(), ringing.idle()])
    },
  }
}
