/**
 * Alarms: what calls a worker when a delivery is due. They lie in the queue, are set after the commit and off every
 * request's path; a failure here loses nothing, because the sweeper looks again.
 */
import { createBatcher } from '../batcher.ts'
import type { Db } from '../db/open.ts'
import type { NewDelivery } from '../events/candidate.ts'
import type { Id } from '../ids.ts'
import type { Job } from '../queue/catalogue.ts'
import type { Queue } from '../queue/queue.ts'
import type { Log } from '../telemetry/log.ts'
import { ownAlarms } from './own-alarms.ts'
import { createCarried, placeOfShared } from './shared-alarm.ts'
import { ALARM_HORIZON, type Alarm } from './store.ts'

/** Sets alarms. */
export interface Alarms {
  /** Sets those that are near; the sweeper sets the others when their time comes. Never throws, never waited for. */
  set(alarms: readonly Alarm[]): void
  /** Sets the first alarms of new deliveries: one for each group, which may be of one. As `set`. */
  setFirst(groups: readonly (readonly NewDelivery[])[]): void
  /**
   * Sets one that must ring now, even if it is set for later already: somebody waits for it. A shared one that is there
   * is not set for later.
   */
  ring(alarm: Omit<Alarm, 'delayMs'>): void
  /** For how many deliveries a first alarm rings that is set here, lately; 1: each has its own. */
  perFirst(): number
  /** Resolves when nothing is on its way to the queue. */
  idle(): Promise<void>
}

/** One round trip's worth; larger ones would block Redis for others. */
const GROUP_SIZE = 1_000

/** The job behind an alarm. The lane depends on nothing but the attempt, so an alarm that is set again is the same job. */
export function jobOf({ id, endpointId, attempt, delayMs, trigger, traceparent }: Alarm): Job {
  const how = {
    shardKey: endpointId,
    delayMs: Math.max(0, Math.ceil(delayMs)),
    ...(traceparent ? { traceparent } : {}),
  }
  return attempt === 1 && trigger !== 'recovery'
    ? { kind: 'deliver', data: { deliveryIds: [id] }, ...how }
    : { kind: 'redeliver', data: { deliveryId: id, attempt }, ...how }
}

/** The jobs behind alarms that were taken together: one for those that share it from now on. */
export function jobsOf(alarms: readonly Alarm[]): Job[] {
  const groups = new Map<Id<'delivery'>, Alarm[]>()
  for (const alarm of alarms) {
    const name = alarm.isJoining ? alarm.sharedAlarm! : alarm.id
    groups.set(name, [...(groups.get(name) ?? []), alarm])
  }
  return [...groups.values()].map((group) => (group.length > 1 ? firstJobOf(group) : jobOf(group[0]!)))
}

/** The job behind the first alarm of a group. In a trace only where all of them are: each attempt is in its event's. */
function firstJobOf(group: readonly Rung[]): Job {
  const [{ id, endpointId, traceparent }, ...others] = group as readonly [Rung, ...Rung[]]
  const isOneTrace = others.every((other) => other.traceparent === traceparent)
  return {
    kind: 'deliver',
    data: { deliveryIds: [id, ...others.map((other) => other.id)] as [Id<'delivery'>, ...Id<'delivery'>[]] },
    shardKey: others.length > 0 ? placeOfShared(id).shardKey : endpointId,
    ...(traceparent && isOneTrace ? { traceparent } : {}),
  }
}

/** Whom a first alarm rings for. */
type Rung = Pick<Alarm, 'id' | 'endpointId' | 'traceparent'>

/** What it needs. */
export interface AlarmsNeeds {
  db: Db
  queue: Queue
  log: Log
}

export function createAlarms({ db, queue, log }: AlarmsNeeds): Alarms {
  const group = <Item>(send: (items: readonly Item[]) => Promise<void>, maxRunning: number) =>
    createBatcher<Item, undefined>({
      maxItems: GROUP_SIZE,
      maxRunning,
      async run(items) {
        await send(items)
        return items.map(() => undefined)
      },
    })
  const setting = group<Job>((jobs) => queue.add(jobs), 2)
  const ringing = group<Alarm>(async (alarms) => {
    const own = await ownAlarms({ db, queue }, alarms)
    if (own.length > 0) await queue.hurry(own.map(jobOf))
  }, 1)
  const add = (job: Job) => setting.add(job).then(onSuccess, onFailure)
  const carried = createCarried()

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
      for (const alarm of alarms) if (alarm.delayMs <= ALARM_HORIZON) add(jobOf(alarm))
    },
    setFirst(groups) {
      const jobs = groups.map(firstJobOf)
      for (const job of jobs) add(job)
      carried.note(jobs)
    },
    ring(alarm) {
      ringing.add({ ...alarm, delayMs: 0 }).then(onSuccess, onFailure)
    },
    perFirst: carried.mean,
    async idle() {
      await Promise.all([setting.idle(), ringing.idle()])
    },
  }
}
