/** The capacity model: arithmetic from costs and assumptions to machines, storage, connections and money. */
import type { Assumptions, Costs, MeasuredCosts } from './inputs.ts'

/** What so many deliveries a second need. */
export interface Needs {
  /** Deliveries a second. */
  rate: number
  /** Each a Postgres with its standbys, and a Redis. */
  cells: number
  /** Node processes in all, for API and workers; each keeps one core busy. */
  processes: number
  appMachines: number
  /** Of one cell's Postgres primary. */
  postgresCores: number
  /** Write-ahead log of one cell, MB a second. */
  walMegabytes: number
  /** Kept in all, on all copies, with room to spare, in TB. */
  storageTerabytes: number
  /** To one cell's Postgres. */
  connections: number
  needsPooler: boolean
  dollars: { apps: number; postgres: number; redis: number; storage: number; egress: number; total: number }
}

const MICROSECONDS = 1e6
const DAY = 86_400
const MONTH = 30 * DAY
const UP = Math.ceil

/** What a cell can carry at most, and which of its parts ends it. */
export function cellLimit(costs: Costs, { machines, traffic }: Assumptions): { rate: number; by: string } {
  const { busyAtMost, coresOfPostgres, walMegabytesPerSecond, nodeProcessBusyAtMost } = machines
  const limits = [
    {
      by: "Postgres' cores",
      rate: (coresOfPostgres * busyAtMost * MICROSECONDS) / perAttempt(costs.postgresUs, traffic),
    },
    // Redis works on one thread.
    {
      by: 'the thread of Redis',
      rate: (nodeProcessBusyAtMost * MICROSECONDS) / perAttempt(costs.redisUs, traffic),
    },
    { by: 'the write-ahead log', rate: (walMegabytesPerSecond * 1e6) / perAttempt(costs.walBytes, traffic) },
  ]
  return limits.toSorted((a, b) => a.rate - b.rate)[0]!
}

/** Costs were measured with one attempt each; more of them cost as much again, which is a little too much. */
const perAttempt = (cost: number, { attemptsPerDelivery }: Assumptions['traffic']) =>
  cost * attemptsPerDelivery

/** Reckons what `rate` deliveries a second need. */
export function needsOf(rate: number, { costs }: MeasuredCosts, assumptions: Assumptions): Needs {
  const { traffic, machines, dollars: prices } = assumptions
  const cells = UP(rate / cellLimit(costs, assumptions).rate)
  const ofCell = rate / cells

  const forWork = (rate * perAttempt(costs.nodeUs, traffic)) / MICROSECONDS / machines.nodeProcessBusyAtMost
  const forWaiting =
    (rate * traffic.attemptsPerDelivery * traffic.secondsToAnswer) / machines.concurrencyPerWorker
  // Two of each kind, so that one may go.
  const processes = Math.max(4, UP(forWork), UP(forWaiting))
  const appMachines = Math.max(2, UP(processes / machines.coresOfAppMachine))

  const postgresCores = Math.max(
    2,
    UP((ofCell * perAttempt(costs.postgresUs, traffic)) / MICROSECONDS / machines.busyAtMost),
  )
  const connections = UP((processes / cells) * machines.connectionsOfProcess)
  const storageTerabytes =
    (rate * storedBytes(costs, assumptions) * machines.postgresCopies) / machines.diskFilledAtMost / 1e12

  const cost = {
    apps: appMachines * machines.coresOfAppMachine * prices.appCoreMonth,
    postgres: cells * machines.postgresCopies * postgresCores * prices.postgresCoreMonth,
    redis: cells * prices.redisMachineMonth,
    storage: storageTerabytes * 1_000 * prices.storageGigabyteMonth,
    egress: ((rate * traffic.attemptsPerDelivery * traffic.bytesSent * MONTH) / 1e9) * prices.egressGigabyte,
  }
  return {
    rate,
    cells,
    processes,
    appMachines,
    postgresCores,
    walMegabytes: (ofCell * perAttempt(costs.walBytes, traffic)) / 1e6,
    storageTerabytes,
    connections,
    needsPooler: connections > machines.connectionsWithoutPooler,
    dollars: { ...cost, total: Object.values(cost).reduce((sum, one) => sum + one, 0) },
  }
}

/** What one delivery a second comes to on one disk, when the oldest begins to leave. */
export function storedBytes(costs: Costs, { traffic, retentionDays }: Assumptions): number {
  // A partition leaves whole, up to a week late.
  const [events, attempts] = [retentionDays.events + 7, retentionDays.attempts + 7]
  const ofEvents = (costs.eventBytes / traffic.deliveriesPerEvent + costs.deliveryBytes) * events
  return (ofEvents + costs.attemptBytes * traffic.attemptsPerDelivery * attempts) * DAY
}

/**
 * What the machine that measured comes to at its limit, with the load and the receivers on it, by what a delivery costs of
 * its processors and nothing else: as if nobody ever waited for anybody, so it is somewhat too much. How fast it went when
 * the costs were taken is not asked.
 */
export function peakOfMachine({ cores, costs }: MeasuredCosts): number {
  const { nodeUs, postgresUs, redisUs, loadUs } = costs
  const byAllCores = (cores * MICROSECONDS) / (nodeUs + postgresUs + redisUs + loadUs)
  // The bench is of one process, which runs on one thread.
  return Math.min(byAllCores, MICROSECONDS / nodeUs)
}
