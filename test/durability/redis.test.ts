/** Whatever becomes of Redis, the API accepts, nothing is lost, and nobody restarts anything. */
import { Redis } from 'ioredis'
import { describe, test } from 'vitest'
import { schedule } from '../e2e/host.ts'
import { startProcess } from '../setup/process.ts'
import { hasRedis, startRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'
import { openSite, type Site, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness } from './witness.ts'

const ALL_ROLES = 'api,worker,upkeep'

describe.skipIf(!hasRedis)('with the queue on Redis', { concurrent: true }, () => {
  test('Redis killed with retries and first attempts waiting in it, and back with nothing, loses nothing', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect, ...context }) => {
    const EVENTS = 300
    const site = await openSite('redis', context)
    const witness = await startWitness(
      { status: 503, delayMs: 20, times: EVENTS / 2 },
      { status: 200, delayMs: 20 },
    )
    await site.start('api')
    const host = await site.createHost()
    await host.register(witness.url, { retry: schedule(10, 5, 5) })
    const accepted = await site.emit(host, EVENTS)

    // Few at a time, so that what was never tried is still waiting when the retries are.
    await site.start('worker,upkeep', { RINGBACK_CONCURRENCY: '4' })
    await until(
      () => site.jobs(),
      ({ waiting, delayed }) => waiting > 0 && delayed > EVENTS / 4,
      'retries to wait in the queue beside what was never tried',
    )
    await restartRedis(site, context)
    const { duplicates: _, ...verdict } = await site.judge(host, accepted, witness)
    expect(verdict).toEqual(wellEnded(EVENTS))
  })

  test('while Redis is full the API accepts, and when there is room again all is delivered', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect, ...context }) => {
    const EVENTS = 100
    const site = await openSite('redis', context)
    const witness = await startWitness({ status: 204 })
    await site.start(ALL_ROLES)
    const host = await site.createHost()
    await host.register(witness.url)
    const admin = new Redis(site.redis!.url)
    context.onTestFinished(() => admin.disconnect())

    await admin.config('SET', 'maxmemory', '1')
    await expect(admin.set('any', 'thing')).rejects.toThrow('OOM')
    const refused: string[] = []
    const accepted = await site.emit(host, EVENTS, { onRefused: (why) => refused.push(why) })
    expect(refused).toEqual([])
    expect(witness.lines).toEqual([])

    await admin.config('SET', 'maxmemory', '0')
    expect(await site.judge(host, accepted, witness)).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })
  })

  test('while Redis is away the API accepts, and when it is back all is delivered by the same processes', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect, ...context }) => {
    const EVENTS = 100
    const site = await openSite('redis', context)
    const witness = await startWitness({ status: 204 })
    const ringback = await site.start(ALL_ROLES)
    const host = await site.createHost()
    await host.register(witness.url)

    await site.redis!.kill()
    await until(
      () => readiness(ringback.url),
      ({ status }) => status === 503,
      'readiness to turn red',
    )
    const refused: string[] = []
    const accepted = await site.emit(host, EVENTS, { onRefused: (why) => refused.push(why) })
    expect(refused).toEqual([])
    expect(witness.lines).toEqual([])

    const back = await startRedis({ port: site.redis!.port })
    context.onTestFinished(() => back.stop())
    expect(await site.judge(host, accepted, witness)).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })
    expect((await readiness(ringback.url)).status).toBe(200)
  })

  test('on a Redis that evicts the process ends with the cure, and one that is set to evict later turns readiness red', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect, ...context }) => {
    const site = await openSite('redis', context)
    const ringback = await site.start(ALL_ROLES)
    const admin = new Redis(site.redis!.url)
    context.onTestFinished(() => admin.disconnect())

    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')
    const red = await readiness(ringback.url)
    expect(red.status).toBe(503)
    expect(red.text).toContain('maxmemory-policy is allkeys-lru')

    const refused = await startProcess(site.settings)
    context.onTestFinished(async () => void (await refused.kill('SIGKILL', true)))
    expect(await refused.ended).toEqual({ code: 1, signal: null })
    expect(refused.output()).toContain('CONFIG SET maxmemory-policy noeviction')

    await admin.config('SET', 'maxmemory-policy', 'noeviction')
    expect((await readiness(ringback.url)).status).toBe(200)
  })
})

async function readiness(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(new URL('readyz', url))
  return { status: response.status, text: await response.text() }
}

/** Kills it and starts it again at once, with nothing in it. */
async function restartRedis(
  { redis }: Site,
  { onTestFinished }: { onTestFinished(end: () => unknown): void },
) {
  await redis!.kill()
  const back = await startRedis({ port: redis!.port })
  onTestFinished(() => back.stop())
}
