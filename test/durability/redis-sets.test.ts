/** A Redis that stands in for another: the master is killed in mid-run, and nothing is lost, and nobody restarts anything. */
import { describe, test } from 'vitest'
import { schedule } from '../e2e/host.ts'
import { hasRedis } from '../setup/redis.ts'
import { startCluster, startSentinelSet } from '../setup/redis-sets.ts'
import { openSite, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness } from './witness.ts'

const EVENTS = 400

const SETS = [
  { name: 'a Sentinel set', start: startSentinelSet, shards: '1' },
  { name: 'a Cluster of three masters with replicas', start: startCluster, shards: '1' },
  { name: 'a Cluster that shares eight shards', start: startCluster, shards: '8' },
]

describe.skipIf(!hasRedis)('with the queue on several Redis', () => {
  test.each(SETS)(
    '$name whose master is killed in mid-run loses nothing',
    {
      timeout: TEST_WITHIN_MS,
    },
    async ({ start, shards }) => {
      const { expect, onTestFinished } = await import('vitest')
      const set = await start()
      onTestFinished(() => set.stop())
      const site = await openSite('postgres', { onTestFinished })
      const settings = { REDIS_URL: set.url, RINGBACK_QUEUE_SHARDS: shards }
      const witness = await startWitness(
        { status: 503, delayMs: 10, times: EVENTS / 4 },
        { status: 204, delayMs: 10 },
      )
      await site.start('api', settings)
      await site.start('worker,upkeep', { ...settings, RINGBACK_CONCURRENCY: '5' })
      const host = await site.createHost()
      await host.register(witness.url, { retry: schedule(2, 2, 2, 2) })
      const emitting = site.emit(host, EVENTS)
      await witness.waitFor((lines) => lines.length >= EVENTS / 8, TEST_WITHIN_MS)
      await set.killMaster()
      const accepted = await emitting
      const { duplicates: _, ...verdict } = await site.judge(host, accepted, witness)
      expect(verdict).toEqual(wellEnded(EVENTS))
    },
  )
})
