import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pg from 'pg'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { fillRows } from '../rows.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import type { Scenario } from './scenario.ts'

const WAITING = { quick: 100_000, usual: 1_000_000, full: 1_000_000 }
const WATCHED_SECONDS = { quick: 10, usual: 45, full: 120 }
const ENDPOINTS = 1_000
const TENANT = 'waiting'

export const waiting: Scenario = {
  name: 'waiting',
  shows: '1,000,000 deliveries wait for 1,000 endpoints, all of them due.',
  async run({ backend, extent, closing, say }) {
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server, databaseUrl, redisUrl } = await startPlace(backend, closing)
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
    closing.add('pool', () => pool.end())
    const redis = redisUrl ? new Redis(redisUrl) : undefined
    closing.add('redis client', () => redis?.disconnect())
    await newTenant(server, TENANT)
    const endpointIds = await newEndpoints(server, receivers, {
      tenant: TENANT,
      group: 'waits',
      count: ENDPOINTS,
    })
    // Held while they are filled in: all of it comes due at one moment.
    await fillRows(pool, {
      count: WAITING[extent.name],
      tenant: TENANT,
      endpointIds,
      group: 'waits',
      status: `'retrying'`,
      attemptCount: 1,
      dueAt: 'now()',
      wakeAt: `now() + interval '10 minutes'`,
      onProgress: (made) => say(`  ${made} of ${WAITING[extent.name]} filled in`),
    })
    await pool.query(`update ringback.deliveries set wake_at = now() where status = 'retrying'`)
    say(`  all due; watched for ${WATCHED_SECONDS[extent.name]} s`)

    const [memory, resident]: [number[], number[]] = [[], []]
    for (const end = Date.now() + WATCHED_SECONDS[extent.name] * 1_000; Date.now() < end; await pause(200)) {
      if (redis) memory.push(Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]) / 1024 ** 2)
      resident.push((await server.memory()) ?? Number.NaN)
    }
    const { distinct } = await receivers.count('waits')
    return [
      ...(redis
        ? [
            {
              key: 'redisMb',
              says: 'memory of Redis, at most',
              unit: 'MB' as const,
              values: [Math.max(...memory)],
              atMost: 100,
            },
          ]
        : []),
      {
        key: 'rssMb',
        says: 'resident memory of the server, at most',
        unit: 'MB',
        values: [Math.max(...resident)],
        atMost: 400,
      },
      {
        key: 'perSecond',
        says: 'delivered meanwhile',
        unit: '/s',
        values: [distinct / WATCHED_SECONDS[extent.name]],
      },
    ]
  },
}
