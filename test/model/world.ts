/**
 * Everything real but the wire and the queue: an API and two workers on one Postgres, on time that passes as told.
 *
 * Postgres' clock cannot be set, so time passes by moving all that is stored into the past. The present stays what it is;
 * only what is kept in memory for a time needs a clock that runs ahead.
 */
import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { type Clock, type Random, systemClock } from '../../src/clock.ts'
import type { Db } from '../../src/db/open.ts'
import { type Alarms, createAlarms } from '../../src/deliveries/alarms.ts'
import { insertDeliveries, takeProbes } from '../../src/deliveries/store.ts'
import { createDestinations, KEEP } from '../../src/dispatch/destinations.ts'
import { createDispatch, type Dispatch, type RungAlarm } from '../../src/dispatch/dispatch.ts'
import { SECOND } from '../../src/duration.ts'
import { createEgress, type Egress } from '../../src/egress/index.ts'
import { createInterests } from '../../src/endpoints/interests.ts'
import { createCatalogue } from '../../src/event-types/catalogue.ts'
import { type Acceptor, createAcceptor } from '../../src/events/accept.ts'
import { removeHandovers } from '../../src/handovers/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import type { Job } from '../../src/queue/catalogue.ts'
import type { Queue } from '../../src/queue/queue.ts'
import { createKeyring, type Keyring } from '../../src/sealing/keyring.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { sweep } from '../../src/upkeep/sweep.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createLossyQueue, type LossyQueue } from './lossy-queue.ts'
import { createWire, type Fate, type Hanging, type Wire } from './wire.ts'

/** How a worker fares with the alarms that ring for it. */
export type Ring = Fate | 'worker dies before' | 'worker dies after'

export interface World {
  db: Db
  tenantId: string
  keyring: Keyring
  egress: Egress
  ledger: Ledger
  queue: LossyQueue
  wire: Wire
  acceptor: Acceptor
  /** Those of the API. */
  alarms: Alarms
  /** Virtual time in milliseconds. */
  now(): number
  /** Lets time pass. */
  pass(ms: number): Promise<void>
  /** Whether the API dies between its commit and the queue, until told otherwise. */
  apiDies: boolean
  /** Lets alarms ring for a worker until it has done with them, or they are stuck. */
  ring(worker: number, most: number, how: Ring): Promise<void>
  /** Ends a worker and starts another in its place. A frozen one may still go on with what it has under way. */
  crash(worker: number, how: { isFrozen: boolean; jobs: 'taken over' | 'lost' }): void
  /** Gives the oldest of the answers that are outstanding. @param whose of workers that live, or also of frozen ones */
  answer(most: number, whose?: 'living' | 'all'): Promise<void>
  /** One round of upkeep. */
  upkeep(): Promise<void>
}

/** One life of a worker. */
interface Worker {
  life: number
  dispatch: Dispatch
  alarms: Alarms
  /** Whether it is about to die: what it would set is not set. */
  isDying: boolean
  /** Alarms rung for it that are not done with. */
  underway: Set<Promise<void>>
}

export const WORKERS = [0, 1]

export function createWorld(db: Db, tenantId: string, random: Random): World {
  let ahead = 0
  const clock: Clock = { now: () => Date.now() + ahead }
  const queue = createLossyQueue(clock)
  const keyring = createKeyring([randomBytes(32)])
  const egress = createEgress({ allow: [], requireHttps: true })
  const ledger = createLedger(clock.now)
  const wire = createWire(ledger.onSent)
  let onStuck = () => {}

  /** The queue as somebody sees it who may die before it is reached. */
  const queueFor = (isDying: () => boolean): Queue => ({
    add: async (jobs) => (isDying() ? undefined : queue.add(jobs)),
    hurry: async (jobs) => (isDying() ? undefined : queue.hurry(jobs)),
    present: queue.present,
    counts: queue.counts,
    workers: async () => undefined,
    poolUse: () => undefined,
    bullQueues: () => [],
    async ping() {},
    async close() {},
    work() {
      throw new Error('Workers are rung by hand here.')
    },
  })

  const alarms = createAlarms({ db, queue: queueFor(() => world.apiDies), log: silentLog })
  const acceptor = createAcceptor({
    db,
    ids: newId,
    keyring,
    catalogue: createCatalogue({ db, strict: false, log: silentLog }),
    interests: createInterests({ db }),
    insertDeliveries,
    takeHandedOver: removeHandovers,
    ready: (groups) => alarms.setFirst(groups),
  })

  const lives: Worker[] = []
  function startWorker(): Worker {
    const life = lives.length
    const worker: Worker = {
      life,
      isDying: false,
      underway: new Set(),
      alarms: createAlarms({ db, queue: queueFor(() => worker.isDying), log: silentLog }),
      dispatch: createDispatch({
        db,
        egress: wire.of(life, () => onStuck()),
        destinations: createDestinations({ db, keyring, clock, egress, log: silentLog }),
        alarms: { set: (set) => worker.alarms.set(set) },
        ids: newId,
        clock: systemClock,
        random,
        log: silentLog,
        concurrency: 100,
      }),
    }
    lives.push(worker)
    return worker
  }
  const workers = WORKERS.map(() => startWorker())

  /** Resolves when each is done, or stuck at a receiver that does not answer now. */
  async function doneOrStuck(work: readonly Promise<void>[]) {
    let open = work.length
    if (open === 0) return
    await new Promise<void>((resolve) => {
      onStuck = () => {
        if (--open === 0) resolve()
      }
      for (const one of work) one.then(onStuck, onStuck)
    })
    onStuck = () => {}
  }

  /** The work of each delivery that the alarm rings for; the job ends with the last of them. */
  function handle(name: number, job: Job): Promise<void>[] {
    const worker = workers[name]!
    let left = rungBy(job).length
    return rungBy(job).map((alarm) => {
      const work = worker
        .dispatch(alarm)
        .catch((error) => void ledger.broken.push(`an alarm failed: ${error}`))
        .finally(() => {
          worker.underway.delete(work)
          // One that was replaced does not hold its jobs any more.
          if (--left === 0 && workers[name] === worker && !worker.isDying) queue.end(name, job)
        })
      worker.underway.add(work)
      return work
    })
  }

  const duty = sweep({ db, queue, clock })

  const world: World = {
    db,
    tenantId,
    keyring,
    egress,
    ledger,
    queue,
    wire,
    acceptor,
    alarms,
    apiDies: false,
    now: clock.now,
    async pass(ms) {
      ahead += ms
      const underWay = wire.hanging.map(({ sent }) => ledger.deliveryOf(sent)!.id)
      await moveIntoPast(db, ms, underWay)
    },
    async ring(name, most, how) {
      const jobs = queue.take(name, most)
      if (how === 'worker dies before') return world.crash(name, { isFrozen: false, jobs: 'lost' })
      const worker = workers[name]!
      worker.isDying = how === 'worker dies' || how === 'worker dies after'
      wire.fate = how === 'worker dies after' ? 'told' : how
      const work = jobs.flatMap((job) => handle(name, job))
      await doneOrStuck(work)
      wire.fate = 'told'
      await worker.alarms.idle()
      if (worker.isDying) world.crash(name, { isFrozen: false, jobs: 'taken over' })
    },
    crash(name, { isFrozen, jobs }) {
      const former = workers[name]!
      workers[name] = startWorker()
      queue.drop(name, jobs)
      if (isFrozen) return
      former.isDying = true
      wire.hanging = wire.hanging.filter(({ sent }) => sent.life !== former.life)
    },
    async answer(most, whose = 'all') {
      const isMeant = ({ sent }: Hanging) => whose === 'all' || workers.includes(lives[sent.life]!)
      const answered = new Set(wire.hanging.filter(isMeant).slice(0, most))
      wire.hanging = wire.hanging.filter((one) => !answered.has(one))
      for (const { answer } of answered) answer()
      for (const life of new Set([...answered].map(({ sent }) => sent.life))) {
        const { underway, alarms } = lives[life]!
        const stuck = wire.hanging.filter(({ sent }) => sent.life === life).length
        while (underway.size > stuck) await Promise.race([...underway, turn()])
        await alarms.idle()
      }
    },
    async upkeep() {
      // A queue that is away is tried again at the next beat.
      await Promise.resolve(duty.run()).catch(() => {})
      const probes = await takeProbes(db, 100)
      if (probes.length === 0) return
      await world.pass(KEEP)
      for (const probe of probes) alarms.ring(probe)
      await turn()
    },
  }
  return world
}

/**
 * Moves every moment that something is decided by.
 * @param underWay deliveries that an attempt is made for: it remembers when their schedule began, to tell it from another
 */
async function moveIntoPast(db: Db, ms: number, underWay: readonly Id<'delivery'>[]): Promise<void> {
  const by = sql.raw(`interval '${ms / SECOND} seconds'`)
  await db.execute(sql`
    with moved_deliveries as (
      update ringback.deliveries
      set due_at = due_at - ${by}, wake_at = wake_at - ${by},
        round_at = case when id = any(${sql.param([...underWay])}) then round_at else round_at - ${by} end
      where status in ('pending', 'retrying', 'held')
    ), moved_secrets as (
      update ringback.endpoint_secrets set expires_at = expires_at - ${by} where expires_at is not null
    )
    update ringback.endpoints
    set probe_at = probe_at - ${by}, circuit_opened_at = circuit_opened_at - ${by}, failing_since = failing_since - ${by},
      disabled_at = disabled_at - ${by}, resumed_at = resumed_at - ${by}`)
}

/** What a job rings for, as a worker is told of it. */
function rungBy({ data }: Job): RungAlarm[] {
  if ('deliveryId' in data) return [data]
  const { deliveryIds } = data
  const shared = deliveryIds.length > 1 ? { sharedAlarm: deliveryIds[0] } : {}
  return deliveryIds.map((deliveryId) => ({ deliveryId, attempt: 1, ...shared }))
}
