/** Accepted means kept, whatever dies: real processes, real signals, on each backend. */
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Accepted } from '../setup/api.ts'
import type { Received } from '../setup/receiver.ts'
import { hasRedis } from '../setup/redis.ts'
import { startRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { createHost, type Host, schedule } from './host.ts'
import {
  ALL_WITHIN_MS,
  apiOf,
  embeddedSite,
  emitSurely,
  operatorsSite,
  receiver,
  start,
  TEST_WITHIN_MS,
} from './site.ts'

const EVENTS = 300
/** Deliveries in flight, and so the most that a kill can cause to be sent twice. */
const CONCURRENCY = 20

describe.each([
  { name: 'the embedded default', open: embeddedSite, absent: false },
  { name: 'Postgres and Redis', open: () => operatorsSite('redis'), absent: !hasRedis },
])('on $name', ({ open, absent }) => {
  test.skipIf(absent)(
    'every accepted event arrives, though everything is killed twice in mid-flight',
    async () => {
      const site = await open()
      site.variables.RINGBACK_CONCURRENCY = `${CONCURRENCY}`
      // Slow enough that some are always under way.
      const there = await receiver({ status: 200, delayMs: 30 })
      let ringback = await start(site)
      const host = await createHost(apiOf(site))
      await host.register(there.url, { retry: schedule(1, 1, 1, 1, 1) })

      const emitting = emitAll(host)
      const kills = [EVENTS / 5, EVENTS / 2]
      for (const arrived of kills) {
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
      expect(there.requests.length - EVENTS).toBeLessThanOrEqual(kills.length * CONCURRENCY)
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
