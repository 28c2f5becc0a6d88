/** How much of a backlog lies in a real Redis while the sweeper feeds it: with no worker, and with one. */
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createBatcher } from '../../src/batcher.ts'
import { systemClock } from '../../src/clock.ts'
import type { Db } from '../../src/db/open.ts'
import { settleDeliveries } from '../../src/deliveries/store.ts'
import type { Id } from '../../src/ids.ts'
import { openQueue } from '../../src/queue/open.ts'
import type { Queue } from '../../src/queue/queue.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { createDuty } from '../../src/upkeep/duty.ts'
import { sweep } from '../../src/upkeep/sweep.ts'
import { startRedis } from '../setup/redis.ts'

/** What was seen. */
export interface Window {
  /** Nobody works: the most jobs, and the memory that Redis used more than before, in MB. */
  standing: { seconds: number; jobs: number; memoryMb: number }
  /** A worker takes them as fast as it can. */
  moving: { seconds: number; jobs: number; memoryMb: number; taken: number }
}

/** Longer than the grace after which an alarm counts as lost, so that the sweeper meets its own again. */
const STANDING_SECONDS = 25
const MOVING_SECONDS = 30
const CONCURRENCY = 500

export async function measureWindow(db: Db, progress: (text: string) => void): Promise<Window> {
  const redis = await startRedis()
  const client = new Redis(redis.url)
  const queue = await openQueue({ redisUrl: redis.url }, silentLog)
  const duty = createDuty(sweep({ db, queue, clock: systemClock }), silentLog)
  const atRest = await memoryOf(client)

  async function watch(seconds: number) {
    const seen = { seconds, jobs: 0, memoryMb: 0 }
    for (const until = Date.now() + seconds * 1_000; Date.now() < until; await pause(50)) {
      const jobs = await jobsIn(queue)
      seen.jobs = Math.max(seen.jobs, jobs)
      seen.memoryMb = Math.max(seen.memoryMb, ((await memoryOf(client)) - atRest) / 1024 ** 2)
    }
    progress(`  at most ${seen.jobs} jobs and ${seen.memoryMb.toFixed(1)} MB`)
    return seen
  }

  try {
    await duty.start()
    const standing = await watch(STANDING_SECONDS)

    let taken = 0
    const settled = createBatcher<{ id: Id<'delivery'>; number: number }, undefined>({
      maxItems: 200,
      maxRunning: 2,
      async run(items) {
        await settleDeliveries(
          db,
          items.map((item) => ({ ...item, status: 'delivered', answer: '2xx', dueInMs: null, reason: null })),
        )
        taken += items.length
        return items.map(() => undefined)
      },
    })
    const worker = queue.work(
      'redeliver',
      ({ deliveryId, attempt }) => settled.add({ id: deliveryId, number: attempt }),
      { concurrency: CONCURRENCY },
    )
    await worker.start()
    const moving = await watch(MOVING_SECONDS)
    await worker.stop()
    return { standing, moving: { ...moving, taken } }
  } finally {
    await duty.stop()
    await queue.close()
    client.disconnect()
    await redis.stop()
  }
}

/** All jobs that it holds; none when it is too busy to tell in time: the next look will. */
async function jobsIn(queue: Queue): Promise<number> {
  const kinds = await Promise.all([queue.counts('deliver'), queue.counts('redeliver')]).catch(() => [])
  return kinds.reduce((sum, { waiting, active, delayed }) => sum + waiting + active + delayed, 0)
}

async function memoryOf(client: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])
}
