/** A whole Ringback as an operator would run it: API processes, workers, a Postgres, a Redis of some form or none. */
import type { Closing } from '../../src/closing.ts'
import { testVariables, type Variables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { type FaultyLine, startFaultyLine } from './faulty-line.ts'
import { type Member, startMember } from './member.ts'
import { type BreakableRedis, type QueueBackend, startPostgres, startQueueStore } from './stores.ts'

/** What is to run. */
export interface Plan {
  backend: QueueBackend
  /** Put a proxy before each store. */
  proxied: boolean
  /** How many API processes; 1 unless told. */
  apis?: number
  /** How many worker processes; 2 unless told. */
  workers?: number
  /** A checkout whose build all processes run until they are started again; ours unless told. */
  previous?: string | undefined
}

/** What runs, and how each part is made to fail. */
export interface Installation {
  /** Of the first API. */
  url: string
  /** Of all. */
  urls: readonly string[]
  key: string
  databaseUrl: string
  apis: readonly Member[]
  workers: readonly Member[]
  /** Absent on the backend `postgres`. */
  redis?: BreakableRedis
  /** Kills Postgres' first process; its supervisor starts it again. Resolves when it is back. */
  crashPostgres(): Promise<void>
  /** What stands between the processes and their stores; empty unless wanted. */
  lines: readonly FaultyLine[]
}

/** What is about to be started, in words. */
export const wordsOf = ({ backend, apis = 1, workers = 2 }: Plan) =>
  `Starting Postgres${backend === 'postgres' ? '' : `, ${backend}`}, ${apis} API and ${workers} worker processes.`

/** Starts all of it; what was started is closed by `closing`. */
export async function startInstallation(plan: Plan, closing: Closing): Promise<Installation> {
  const lines: FaultyLine[] = []
  async function reachable(url: string): Promise<string> {
    if (!plan.proxied) return url
    const line = await startFaultyLine(Number(new URL(url).port))
    closing.add('line', () => line.stop())
    lines.push(line)
    return Object.assign(new URL(url), { port: `${line.port}` }).href
  }

  const postgres = await startPostgres(closing)
  const redis = await startQueueStore(plan.backend, closing)
  // As it is unless told; and an earlier build may not know it.
  const { RINGBACK_DRAIN_SECONDS: _, ...common } = testVariables()
  const variables: Variables & { RINGBACK_ADMIN_KEY: string } = {
    ...common,
    DATABASE_URL: await reachable(postgres.url),
    ...(redis && { REDIS_URL: await reachable(redis.url) }),
    ...(redis && redis.shards > 1 && { RINGBACK_QUEUE_SHARDS: `${redis.shards}` }),
  }

  // The first alone, since it makes the tables.
  const first = await start('API 1', 'api')
  const others = await Promise.all(numbers(2, plan.apis ?? 1).map((n) => start(`API ${n}`, 'api')))
  const workers = await Promise.all(
    numbers(1, plan.workers ?? 2).map((n) => start(`worker ${n}`, 'worker,upkeep')),
  )
  const apis = [first, ...others]

  async function start(name: string, roles: string): Promise<Member> {
    // An API comes back where it was.
    const port = roles === 'api' ? { PORT: `${await freePort()}` } : {}
    const settings = { ...variables, RINGBACK_ROLES: roles, ...port }
    const member = await startMember(name, settings, plan.previous)
    closing.add(name, () => member.stop())
    return member
  }

  return {
    url: first.url,
    urls: apis.map(({ url }) => url),
    key: variables.RINGBACK_ADMIN_KEY,
    databaseUrl: postgres.url,
    apis,
    workers,
    lines,
    crashPostgres: postgres.crash,
    ...(redis && { redis }),
  }
}

const numbers = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
