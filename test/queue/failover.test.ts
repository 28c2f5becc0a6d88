/** A Redis Cluster that lost a master while nothing was to do: whoever waits on it must hear of what comes next. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SECOND } from '../../src/duration.ts'
import { newId } from '../../src/ids.ts'
import type { JobData } from '../../src/queue/catalogue.ts'
import { openQueue } from '../../src/queue/open.ts'
import { createRedisClient } from '../../src/queue/redis-client.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { hasRedis } from '../setup/redis.ts'
import { asking, startRedisNode } from '../setup/redis-node.ts'
import { startCluster } from '../setup/redis-sets.ts'
import { until } from '../setup/until.ts'
import { createRecorder, type DeliverJob, someJob } from './recorder.ts'

const SHARDS = 16

/** BullMQ waits for five seconds at a time, and a second later does something about a wait that has not ended. */
const TWO_WAITS = 12 * SECOND

/** One node that has half of the slots: it answers, and says that the cluster is down. */
async function halfACluster() {
  const node = await startRedisNode(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'])
  onTestFinished(() => node.stop())
  await asking(node.port, (redis) => redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191'))
  return node
}

describe.skipIf(!hasRedis)('a client of a Cluster', () => {
  test('is connected once the cluster is up, though it was down when it was first met', async () => {
    const node = await halfACluster()
    const client = createRedisClient(`redis+cluster://127.0.0.1:${node.port}`, { lazyConnect: true })
    onTestFinished(() => client.disconnect())
    client.on('error', () => {})
    const met = new Promise((resolve) => client.once('reconnecting', resolve))
    const connected = client.connect()
    await met
    await asking(node.port, (redis) => redis.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383'))
    await connected
    expect(await client.ping()).toBe('PONG')
  })
})

describe.skipIf(!hasRedis)('a queue on a Cluster whose master was killed while nothing waited', () => {
  test('works whatever comes afterwards, in every shard', { timeout: 180_000 }, async () => {
    const cluster = await startCluster()
    onTestFinished(() => cluster.stop())
    const queue = await openQueue({ redisUrl: cluster.url, shards: SHARDS }, silentLog)
    onTestFinished(() => queue.close())
    const jobs = createRecorder<JobData<'deliver'>>()
    const worker = queue.work('deliver', async (data) => jobs.note(data), { concurrency: 32 })
    onTestFinished(() => worker.stop({ graceMs: 0 }))
    await worker.start()

    await pause(3 * SECOND)
    await cluster.killMaster()
    await pause(TWO_WAITS)
    const all: DeliverJob[] = Array.from({ length: 20 * SHARDS }, () => ({
      ...someJob(),
      shardKey: newId('endpoint'),
    }))
    await until(
      () =>
        queue.add(all).then(
          () => true,
          () => false,
        ),
      (added) => added,
      'the jobs to be added',
      60_000,
    )
    await until(
      () => all.length - new Set(jobs.seen.flatMap(({ deliveryIds }) => deliveryIds)).size,
      (missing) => missing === 0,
      'every shard to be worked',
      60_000,
    )
    expect(await queue.counts('deliver')).toMatchObject({ waiting: 0 })
  })
})
