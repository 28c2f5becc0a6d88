/** What the model is fed: what was measured, and what is assumed. Both are JSON files; see docs/scaling.md. */
import { readFileSync } from 'node:fs'

/** What one delivery costs, as `npm run bench -- --scenario costs --json FILE` measured it. */
export interface Costs {
  /** Events accepted and delivered a second meanwhile, one delivery each. */
  perSecond: number
  /** Processor time of Ringback's processes, of Postgres and of Redis, in microseconds a delivery. */
  nodeUs: number
  postgresUs: number
  redisUs: number
  /** Of who emits and who receives, on the same machine: for a prediction of that machine alone. */
  loadUs: number
  /** On disk with its indexes. */
  eventBytes: number
  deliveryBytes: number
  attemptBytes: number
  /** Of the write-ahead log, for all of a delivery. */
  walBytes: number
  /** To Postgres, from one process with all roles. */
  connections: number
}

/** Costs, and where they were measured. */
export interface MeasuredCosts {
  where?: string
  node: string
  backend: string
  cores: number
  costs: Costs
}

/** What no measurement tells. */
export interface Assumptions {
  traffic: {
    deliveriesPerEvent: number
    attemptsPerDelivery: number
    /** What a receiver takes, on the average. */
    secondsToAnswer: number
    /** Of one attempt, with headers and TLS. */
    bytesSent: number
  }
  retentionDays: { events: number; attempts: number }
  machines: {
    /** How busy a machine may be on the average, from 0 to 1: the rest is for peaks, vacuum and a failover. */
    busyAtMost: number
    /** The same of one Node process, whose work is done by one thread. */
    nodeProcessBusyAtMost: number
    coresOfAppMachine: number
    /** Of the largest Postgres of a cell. */
    coresOfPostgres: number
    /** What its disk takes in sequence beside all else. */
    walMegabytesPerSecond: number
    /** `RINGBACK_CONCURRENCY`. */
    concurrencyPerWorker: number
    /** A primary and its standbys. */
    postgresCopies: number
    /** The most that one opens: its pool, and one that listens. Fewer are open on the mean. */
    connectionsOfProcess: number
    /** More need a pooler. */
    connectionsWithoutPooler: number
    diskFilledAtMost: number
  }
  dollars: {
    appCoreMonth: number
    postgresCoreMonth: number
    redisMachineMonth: number
    storageGigabyteMonth: number
    egressGigabyte: number
  }
  about: string
}

export const COSTS = new URL('./costs.json', import.meta.url)
export const ASSUMPTIONS = new URL('./assumptions.json', import.meta.url)

const NAMES: (keyof Costs)[] = [
  'perSecond',
  'nodeUs',
  'postgresUs',
  'redisUs',
  'loadUs',
  'eventBytes',
  'deliveryBytes',
  'attemptBytes',
  'walBytes',
  'connections',
]

/** @throws Error naming what is missing */
export function readCosts(file: string | URL): MeasuredCosts {
  const read = readJson(file) as MeasuredCosts
  const missing = NAMES.filter((name) => !(Number(read.costs?.[name]) > 0))
  if (missing.length > 0)
    throw new Error(`${file} holds no costs.${missing.join(', costs.')}: it is not of the scenario costs.`)
  return read
}

export const readAssumptions = (file: string | URL = ASSUMPTIONS) => readJson(file) as Assumptions

export const readJson = (file: string | URL): unknown => JSON.parse(readFileSync(file, 'utf8'))
