import type { Clock } from '../clock.ts'
import type { Db } from '../db/open.ts'
import { jobsOf } from '../deliveries/alarms.ts'
import { ownAlarms } from '../deliveries/own-alarms.ts'
import { createCarried } from '../deliveries/shared-alarm.ts'
import { SHARE } from '../deliveries/shares.ts'
import { anyUnalarmed, takeUnalarmed, waitingEndpoints } from '../deliveries/store.ts'
import { createWindow, WINDOW } from '../deliveries/window.ts'
import { SECOND } from '../duration.ts'
import type { Id } from '../ids.ts'
import type { Job } from '../queue/catalogue.ts'
import type { Queue } from '../queue/queue.ts'
import { silentUpkeepMeter, type UpkeepMeter } from '../telemetry/upkeep-meter.ts'
import type { Duty } from './duty.ts'
import { createRound } from './round.ts'

/** What sweeping needs from outside. */
export interface SweepNeeds {
  db: Db
  queue: Pick<Queue, 'add' | 'hurry' | 'counts' | 'present'>
  clock: Clock
  meter?: Pick<UpkeepMeter, 'swept'>
}

/** The beat when there is nothing to do: what comes due without an alarm is at most this late. */
const BEAT = 250

/** The shortest beat while there is a backlog that moves: a quick endpoint works off a good part of its share in it. */
const BUSY_BEAT = 25

/** While nobody sweeps, what is beyond an endpoint's share stands still. */
const LEASE = 2 * SECOND

/**
 * What the sweeper feeds when the window is full: fresh events may fill it again and again, and must not starve what has
 * waited longer.
 */
const WHEN_FULL = 2 * SHARE

/** A tenant's part: twice that of fresh events, so that its own do not keep out what has waited longer either. */
const PART = { timesLeft: 4, atLeast: SHARE }

/** A look that feeds less came sooner than it need have: in a worker, as many wait at the gate of an endpoint in any case. */
const WORTH_A_LOOK = SHARE / 10

/** Bounds a look that comes to so many parts of the round of which nobody may be fed: the next one goes on from there. */
const MOST_PASSED = 50

/** Bounds one statement: some thousands of rows at most. */
const ENDPOINTS_AT_ONCE = 20

/**
 * The sweeper: brings to the queue whatever is due and has no live alarm. One mechanism mends all: a crash between
 * commit and enqueue, a lost or wiped queue, a dead worker; and it feeds retries that were too far off, and what was
 * held. A job that exists already is not added twice, and what has a shared alarm that exists is left to it, so looking too
 * often does no harm.
 *
 * Fair: it goes round the endpoints and takes a share of each, from where it stopped the last time; and those of one tenant
 * get no more than its part of the window, however many they are.
 */
export function sweep({ db, queue, clock, meter = silentUpkeepMeter }: SweepNeeds): Duty {
  let after: Id<'endpoint'> | null = null
  let beat = BEAT
  const carried = createCarried()
  const round = createRound()
  const window = createWindow({ db, clock, part: PART })

  /**
   * How long until the next look at a backlog: so that each finds part of a share worked off, and none a whole one, which
   * would leave the endpoint idle. A backlog that stands still is looked at ever less often, and costs little.
   */
  function nextBeat(fed: number): number {
    // In the middle of a round: those that come last in it should not wait for it.
    if (after !== null) return BUSY_BEAT
    if (fed >= SHARE) beat = BUSY_BEAT
    else if (fed < WORTH_A_LOOK) beat = Math.min(BEAT, 2 * beat)
    return beat
  }

  /** One part of the round. @returns how many alarms were set; undefined: all were passed over */
  async function feed(): Promise<number | undefined> {
    const endpoints = await waitingEndpoints(db, after, ENDPOINTS_AT_ONCE)
    after = endpoints.length < ENDPOINTS_AT_ONCE ? null : endpoints.at(-1)!.endpointId
    const due = endpoints.filter(({ isDue }) => isDue)
    const feedings = round.feedingsOf(due, window.roomOf)
    if (after === null) round.end()
    if (feedings.length === 0) return due.length > 0 ? undefined : 0
    const taken = await takeUnalarmed(db, feedings, SHARE)
    const tenants = new Map(endpoints.map(({ endpointId, tenantId }) => [endpointId, tenantId]))
    for (const { endpointId } of taken) window.take(tenants.get(endpointId)!)
    const alarms = await ownAlarms({ db, queue }, taken)
    const jobs = jobsOf(alarms)
    carried.note(jobs)
    const overdue = jobs.filter(isOverdueRetry)
    if (overdue.length > 0) await queue.hurry(overdue)
    if (overdue.length < jobs.length) await queue.add(jobs.filter((job) => !isOverdueRetry(job)))
    return alarms.length
  }

  /** @returns how many alarms were set; undefined: there was nothing to do, or no room */
  async function look(): Promise<number | undefined> {
    if (!(await anyUnalarmed(db))) return undefined
    const [front, back] = await Promise.all([queue.counts('deliver'), queue.counts('redeliver')])
    const waiting = front.waiting * carried.mean() + back.waiting
    // Without workers, or with slow ones, what waits in Postgres stays there.
    if (waiting >= 2 * WINDOW) return undefined
    await window.look(async () => waiting)
    const room = Math.max(WHEN_FULL, window.room())
    let [fed, passed] = [0, 0]
    do {
      const more = await feed()
      if (more === undefined) passed++
      else fed += more
    } while (after !== null && fed < room && passed < MOST_PASSED)
    return fed
  }

  return {
    name: 'sweep',
    everyMs: BEAT,
    leaseMs: LEASE,
    async run() {
      const fed = await look()
      meter.swept(fed ?? 0)
      return fed === undefined ? BEAT : nextBeat(fed)
    },
  }
}

/** One that is due may have an alarm that is set for later, from before its endpoint was switched off and on. */
const isOverdueRetry = ({ kind, delayMs }: Job) => kind === 'redeliver' && !delayMs
