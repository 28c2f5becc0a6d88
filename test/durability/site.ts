/** What each of these tests runs on: a Postgres and a Redis of its own, and Ringbacks as processes, to be killed. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { startEmbeddedPostgres } from '../../src/db/embedded/index.ts'
import { CATALOGUE, type JobKind } from '../../src/queue/catalogue.ts'
import { openQueue } from '../../src/queue/open.ts'
import type { JobCounts, Queue } from '../../src/queue/queue.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { check, type JudgedDelivery, type Verdict } from '../chaos/check.ts'
import { type EmitOptions, type Emitted, emitAll } from '../chaos/client.ts'
import { type Member, startMember, startReady } from '../chaos/member.ts'
import type { Line } from '../chaos/receiver-log.ts'
import { crashPostgres } from '../chaos/stores.ts'
import { createHost, type Host } from '../e2e/host.ts'
import { createApi } from '../setup/api.ts'
import type { Backend } from '../setup/backends.ts'
import { testVariables, type Variables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { removeDataDir } from '../setup/postgres.ts'
import type { RingbackProcess } from '../setup/process.ts'
import { startRedis, type TestRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'
import type { Witness } from './witness.ts'

/** Jobs of a killed worker are taken over, and lost alarms looked at again, within half a minute; machines may be busy. */
export const REST_WITHIN_MS = 120_000

/** Several of these run at once, each with several processes. */
export const TEST_WITHIN_MS = 300_000

/** On a machine that is short of breath an answer may take long; one that comes too late would make a duplicate. */
const PATIENT = { timeoutMs: 30_000 }

const JOB_KINDS = Object.keys(CATALOGUE) as JobKind[]

/** A place where Ringbacks run, and die. */
export interface Site {
  databaseUrl: string
  /** Of a process with all roles, on a free port. */
  settings: Variables
  /** With the backend `redis`, and until a test kills it. */
  redis: TestRedis | undefined
  /** Starts a process; the API is always on the same port. Resolves when it is ready. */
  start(roles: string, settings?: Variables): Promise<RingbackProcess>
  /** The same, for one that is killed and started again. */
  startMember(roles: string, settings?: Variables): Promise<Member>
  /** Kills Postgres' first process; it is started again by itself. */
  crashPostgres(): Promise<void>
  /** A tenant; needs an API. */
  createHost(): Promise<Host>
  /** Emits until all is accepted. */
  emit(host: Host, events: number, options?: Partial<EmitOptions>): Promise<Emitted[]>
  /** Waits until every delivery is at rest, and judges. */
  judge(host: Host, accepted: readonly Emitted[], witness: Witness): Promise<Verdict>
  /** The jobs that the queue holds, of all kinds. */
  jobs(): Promise<JobCounts>
}

// Each process started ends with the test's own, and several sites are open at once.
process.setMaxListeners(100)

/**
 * Opens a site; it is gone when the test is.
 * @param options.durable whether Postgres waits for the disk; `false` unless told, for who kills no Postgres
 */
export async function openSite(
  backend: Backend,
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  { durable = false } = {},
): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-'))
  onTestFinished(() => removeDataDir(dataDir))
  const postgres = await startEmbeddedPostgres({ dataDir, durable })
  onTestFinished(() => postgres.stop())
  const redis = backend === 'redis' ? await startRedis() : undefined
  onTestFinished(() => redis?.stop())

  const port = await freePort()
  const common: Variables & { RINGBACK_ADMIN_KEY: string } = {
    ...testVariables(),
    DATABASE_URL: postgres.url,
    ...(redis ? { REDIS_URL: redis.url } : {}),
  }
  const settingsOf = (roles: string, settings: Variables): Variables => ({
    ...common,
    RINGBACK_ROLES: roles,
    ...(roles.includes('api') ? { PORT: `${port}` } : {}),
    ...settings,
  })
  let queue: Promise<Queue> | undefined
  onTestFinished(async () => (await queue)?.close())
  const url = `http://127.0.0.1:${port}/`
  const key = common.RINGBACK_ADMIN_KEY

  return {
    databaseUrl: postgres.url,
    settings: common,
    redis,
    async start(roles, settings = {}) {
      const ringback = await startReady(settingsOf(roles, settings))
      onTestFinished(async () => void (await ringback.kill('SIGKILL', true)))
      return ringback
    },
    async startMember(roles, settings = {}) {
      const member = await startMember(roles, settingsOf(roles, settings))
      onTestFinished(() => member.stop())
      return member
    },
    crashPostgres: () => crashPostgres(dataDir),
    async createHost() {
      const host = await createHost(createApi(url, key))
      const register: Host['register'] = (to, options) => host.register(to, { ...PATIENT, ...options })
      return { ...host, register }
    },
    emit: (host, events, options = {}) => emitAll({ url, key, tenant: host.tenant, events, ...options }),
    async judge(host, accepted, witness) {
      // First what can be waited for without asking: the API is busy enough.
      await witness.waitFor((lines) => holdsAll(lines, accepted), REST_WITHIN_MS)
      const deliveries = await until(
        // Postgres may have been killed a moment ago.
        () => host.deliveries().catch(() => []),
        (all) => all.length > 0 && all.every(({ status }) => status !== 'pending' && status !== 'retrying'),
        'every delivery to be at rest',
        REST_WITHIN_MS,
      )
      return check(accepted, deliveries as JudgedDelivery[], witness.lines)
    },
    async jobs() {
      queue ??= openQueue(
        redis ? { redisUrl: redis.url } : { postgresUrl: postgres.url, schema: 'ringback_queue' },
        silentLog,
      )
      const counts = await Promise.all(JOB_KINDS.map(async (kind) => (await queue!).counts(kind)))
      const sum = (state: keyof JobCounts) => counts.reduce((all, count) => all + count[state], 0)
      return {
        waiting: sum('waiting'),
        active: sum('active'),
        delayed: sum('delayed'),
      }
    },
  }
}

function holdsAll(lines: readonly Line[], accepted: readonly Emitted[]): boolean {
  if (lines.length < accepted.length) return false
  const came = new Set(lines.map(({ id }) => id))
  return accepted.every(({ id }) => came.has(id))
}

/** What a run comes to in which nothing went wrong but what was meant to. */
export const wellEnded = (events: number) => ({
  accepted: events,
  delivered: events,
  notDelivered: {},
  lost: [],
  storedTwice: 0,
})
