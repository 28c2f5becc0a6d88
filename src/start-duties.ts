/** The periodic duties of the role `upkeep`, bound to the rooms that they look after. */
import { randomUUID } from 'node:crypto'
import { eventOfText } from './api/event-of-text.ts'
import { problemOf } from './api/problem.ts'
import type { Clock } from './clock.ts'
import type { Closing } from './closing.ts'
import type { Config } from './config/load.ts'
import { createBell } from './db/bell.ts'
import type { Database } from './db/open.ts'
import type { Alarms } from './deliveries/alarms.ts'
import { SECOND } from './duration.ts'
import type { Acceptor } from './events/accept.ts'
import { HANDED_OVER } from './handovers/store.ts'
import { newId } from './ids.ts'
import type { Keys } from './open-parts.ts'
import type { PostgresAddress } from './postgres-address.ts'
import { settlesWithin } from './queue/deadline.ts'
import type { Queue } from './queue/queue.ts'
import type { Keyring } from './sealing/keyring.ts'
import type { Log } from './telemetry/log.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { acceptHandedOver } from './upkeep/accept-handed-over.ts'
import { createDuty } from './upkeep/duty.ts'
import { expireHeld } from './upkeep/expire-held.ts'
import { followSwitches } from './upkeep/follow-switches.ts'
import { forgetAnswers } from './upkeep/forget-answers.ts'
import { forgetAudit } from './upkeep/forget-audit.ts'
import { leased } from './upkeep/leased.ts'
import { makePartitions } from './upkeep/make-partitions.ts'
import { probeCircuits } from './upkeep/probe.ts'
import { recoverDeliveries } from './upkeep/recover.ts'
import { reseal } from './upkeep/reseal.ts'
import { retention } from './upkeep/retention.ts'
import { rollUpStats } from './upkeep/roll-up.ts'
import { sweep } from './upkeep/sweep.ts'
import { countStock } from './upkeep/take-stock.ts'
import { tellOperator } from './upkeep/tell-operator.ts'

/** What the duties are bound to. */
export interface DutiesNeeds {
  config: Config
  keys: Keys
  database: Database
  /** Past a pooler: for what needs a session. */
  address: PostgresAddress
  queue: Queue
  alarms: Alarms
  acceptor: Acceptor
  /** For what hosts have handed over, in its order. */
  handedOver: Acceptor
  keyring: Keyring
  metrics: Metrics
  clock: Clock
  log: Log
  closing: Closing
}

/** Starts them all. @returns how they are stopped: each at its next page */
export async function startDuties(needs: DutiesNeeds): Promise<() => Promise<unknown>> {
  const {
    config,
    keys,
    database,
    metrics,
    address,
    queue,
    alarms,
    acceptor,
    handedOver,
    keyring,
    clock,
    log,
    closing,
  } = needs
  const { db } = database
  const lease = { db, holder: randomUUID(), meter: metrics.upkeep }
  const bell = createBell(address, HANDED_OVER)
  closing.add('bell', () => bell.stop())

  const duties = [
    sweep({ db, queue, clock, meter: metrics.upkeep }),
    followSwitches({ db }),
    probeCircuits({ db, alarms }),
    recoverDeliveries({ db, ids: newId, clock }),
    tellOperator({ db, accept: (request) => acceptor.accept(request) }),
    makePartitions({ db, clock }),
    forgetAnswers({ db }),
    rollUpStats({ db, clock, days: config.statsDays }),
    ...retention({ db, pool: database.pool, address, clock, log }, config),
    expireHeld({ db, days: config.holdDays, meter: metrics.dispatch }),
    countStock({ db, queue, clock, meter: metrics.stock }),
    forgetAudit({ db, clock, days: config.auditDays }),
    ...(keys.masterKeys.length > 1 ? [reseal({ db, keyring, log })] : []),
  ].map((duty) => leased(duty, lease))
  // Its turn is taken by a lock of its own, which is free at once when its holder dies: whoever waits for it waits less.
  const handOver = acceptHandedOver({
    db,
    log,
    bell,
    read: eventOfText,
    problemOf,
    accept: (request) => handedOver.accept(request),
  })

  const services = [...duties, handOver].map((duty) => createDuty(duty, log, metrics.upkeep))
  for (const service of services) await service.start()
  return () => settlesWithin(STOP_WITHIN, Promise.all(services.map((service) => service.stop())))
}

/** Each ends its turn at the next page; one that cannot, since Postgres is away, does not keep deliveries from ending well. */
const STOP_WITHIN = 5 * SECOND
