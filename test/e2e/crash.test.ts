/** Accepted means kept, whatever dies: real processes, real signals, on each backend. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findHome } from '../../src/db/embedded/home.ts'
import { readPostmasterFile } from '../../src/db/embedded/postmaster.ts'
import { type Accepted, type Api, ApiRefusal, createApi } from '../setup/api.ts'
import { BACKENDS } from '../setup/backends.ts'
import { createTestDatabase } from '../setup/database.ts'
import { testVariables, type Variables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { removeDataDir } from '../setup/postgres.ts'
import { type RingbackProcess, startProcess } from '../setup/process.ts'
import { type Received, type Receiver, type Reply, type Script, startReceiver } from '../setup/receiver.ts'
import { hasRedis, startRedis } from '../setup/redis.ts'
import { startRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { createHost, type Host, schedule } from './host.ts'

const EVENTS = 300
/** Jobs of a killed worker are taken over, and lost alarms looked at again, within some ten seconds each; machines may be busy. */
const ALL_WITHIN_MS = 60_000
const TEST_WITHIN_MS = 150_000

/** What stays when a Ringback is killed: its settings, and what its data lies in. */
interface Site {
  variables: Variables
  /** Kills what Ringback keeps its data in, as far as it is its own. */
  killDatabase(): Promise<void>
}

/** A child of the test's process; whatever happens, it does not outlive the test. */
async function start(site: Site): Promise<RingbackProcess> {
  const ringback = await startProcess(site.variables)
  onTestFinished(async () => void (await ringback.kill('SIGKILL', true)))
  await ringback.waitReady()
  return ringback
}

/** The default: an embedded Postgres in a data directory, and the queue on it. */
async function embeddedSite(): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-'))
  const killDatabase = async () => {
    const { cluster } = await findHome(dataDir)
    const postmaster = await readPostmasterFile(join(cluster, 'data'))
    if (postmaster) process.kill(postmaster.pid, 'SIGKILL')
  }
  onTestFinished(async () => {
    await killDatabase().catch(() => {})
    await removeDataDir(dataDir)
  })
  const variables = { ...testVariables(), PORT: `${await freePort()}`, RINGBACK_DATA_DIR: dataDir }
  return { variables, killDatabase }
}

/** A Postgres and, for the backend `redis`, a Redis of the operator's. */
async function operatorsSite(backend: 'postgres' | 'redis'): Promise<Site> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const variables: Variables = { ...testVariables(), PORT: `${await freePort()}`, DATABASE_URL: database.url }
  if (backend === 'redis') {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    variables.REDIS_URL = redis.url
  }
  return { variables, async killDatabase() {} }
}

const apiOf = ({ variables }: Site): Api =>
  createApi(`http://127.0.0.1:${variables.PORT}`, variables.RINGBACK_ADMIN_KEY!)

/** Emits as a careful host does: again and again until it is accepted, under one idempotency key. */
async function emitSurely(host: Host, n: number): Promise<Accepted> {
  const headers = { 'idempotency-key': `${host.tenant}-${n}` }
  return until(
    () =>
      host.emit('a', { n }, { headers }).catch((error: unknown) => {
        // Nobody there, or not yet able; anything else is an answer.
        if (error instanceof ApiRefusal && error.status < 500 && error.status !== 409) throw error
        return undefined
      }),
    (accepted) => accepted !== undefined,
    `event ${n} to be accepted`,
    ALL_WITHIN_MS,
  ) as Promise<Accepted>
}

/** Emits all, some at once. */
async function emitAll(host: Host): Promise<Accepted[]> {
  const accepted: Accepted[] = []
  let n = 0
  const lane = async () => {
    while (n < EVENTS) accepted.push(await emitSurely(host, n++))
  }
  await Promise.all(Array.from({ length: 8 }, lane))
  return accepted
}

const idsOf = (requests: readonly Received[]) => new Set(requests.map(({ id }) => id))

async function receiver(script: Script | Reply): Promise<Receiver> {
  const started = await startReceiver(script)
  onTestFinished(() => started.close())
  return started
}

describe.each([
  { name: 'the embedded default', open: embeddedSite, absent: false },
  { name: 'Postgres and Redis', open: () => operatorsSite('redis'), absent: !hasRedis },
])('on $name', ({ open, absent }) => {
  test.skipIf(absent)(
    'every accepted event arrives, though everything is killed twice in mid-flight',
    async () => {
      const site = await open()
      // Slow enough that some are always under way.
      const there = await receiver({ status: 200, delayMs: 30 })
      let ringback = await start(site)
      const host = await createHost(apiOf(site))
      await host.register(there.url, { retry: schedule(1, 1, 1, 1, 1) })

      const emitting = emitAll(host)
      for (const arrived of [EVENTS / 5, EVENTS / 2]) {
        await there.waitFor((requests) => idsOf(requests).size >= arrived, ALL_WITHIN_MS)
        await ringback.kill('SIGKILL', true)
        await site.killDatabase()
        ringback = await start(site)
      }
      const accepted = await emitting
      await there.waitFor((requests) => idsOf(requests).size >= EVENTS, ALL_WITHIN_MS)

      expect(idsOf(there.requests)).toEqual(new Set(accepted.map(({ id }) => id)))
      const deliveries = await until(
        () => host.deliveries(),
        (all) => all.every(({ status }) => status === 'delivered'),
        'every delivery to be delivered',
        ALL_WITHIN_MS,
      )
      // Under one key an event is stored once, though its answer was lost with a process.
      expect(deliveries).toHaveLength(EVENTS)
    },
    TEST_WITHIN_MS,
  )
})

test.skipIf(!hasRedis)(
  'every accepted event arrives, though Redis forgets everything in mid-run',
  async () => {
    const ringback = await startRingback({ backend: 'redis' })
    onTestFinished(() => ringback.stop())
    const redis = new Redis(ringback.redis!.url)
    onTestFinished(() => redis.disconnect())
    // Half of them fail at first, so that retries lie in the queue beside what was never tried.
    const there = await receiver((_, n) => ({ status: n <= EVENTS / 2 ? 500 : 200, delayMs: 10 }))
    const host = await createHost(ringback.api)
    await host.register(there.url, { retry: schedule(1, 1, 1, 1, 1) })
    const data = Array.from({ length: EVENTS }, (_, n) => ({ tenant: host.tenant, type: 'a', data: { n } }))
    const accepted = await ringback.api<{ data: Accepted[] }>('POST', '/v1/events', { events: data })

    await there.waitFor(EVENTS / 2 + 20)
    await redis.flushall()

    const deliveries = await until(
      () => host.deliveries(),
      (all) => all.every(({ status }) => status === 'delivered'),
      'every delivery to be delivered',
      ALL_WITHIN_MS,
    )
    expect(new Set(deliveries.map(({ eventId }) => eventId))).toEqual(
      new Set(accepted.data.map(({ id }) => id)),
    )
    expect(idsOf(there.requests)).toEqual(new Set(accepted.data.map(({ id }) => id)))
  },
  TEST_WITHIN_MS,
)

describe.each(BACKENDS)('told to stop, with the queue on $backend, Ringback', ({ backend, absent }) => {
  test.skipIf(absent)(
    'finishes what is in flight, exits 0, and leaves the rest to its next start, without a duplicate',
    async () => {
      const IN_FLIGHT = 10
      const site = await operatorsSite(backend)
      site.variables.RINGBACK_CONCURRENCY = `${IN_FLIGHT}`
      const there = await receiver({ status: 200, delayMs: 500 })
      const first = await start(site)
      const host = await createHost(apiOf(site))
      await host.register(there.url)
      const accepted = await Promise.all(Array.from({ length: 60 }, (_, n) => emitSurely(host, n)))

      await there.waitFor(2 * IN_FLIGHT)
      expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null })
      const sent = there.requests.length
      expect(sent).toBeLessThan(accepted.length)

      await start(site)
      const deliveries = await until(
        () => host.deliveries(),
        (all) => all.every(({ status }) => status === 'delivered'),
        'every delivery to be delivered',
        ALL_WITHIN_MS,
      )
      expect(deliveries.map(({ attemptCount }) => attemptCount)).toEqual(accepted.map(() => 1))
      expect(there.requests.map(({ id }) => id).sort()).toEqual(accepted.map(({ id }) => id).sort())
    },
    TEST_WITHIN_MS,
  )
})
