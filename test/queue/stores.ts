/** The two stores that a queue runs on, each real, with what a test does to it from outside. */
import { randomBytes } from 'node:crypto'
import { Queue as BullQueue } from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import { inject } from 'vitest'
import type { QueueStore } from '../../src/queue/open.ts'
import { startRedis } from '../setup/redis.ts'

/** A store of a test's own. */
export interface TestStore {
  store: QueueStore
  /** Breaks every connection to it but ours. */
  breakConnections(): Promise<void>
  /** Forgets every job and whatever else the queue keeps. */
  wipe(): Promise<void>
  /** Loses the data of a job that waits, but not the job. */
  loseData(jobId: string): Promise<void>
  /** Adds a job past the queue, with whatever id and data. */
  smuggle(jobId: string, data: unknown): Promise<void>
  close(): Promise<void>
}

/** A Redis that starts empty. */
export async function openRedisStore(): Promise<TestStore> {
  const redis = await startRedis()
  const client = new Redis(redis.url)
  const queue = new BullQueue('deliver', { connection: client, prefix: 'ringback' })
  return {
    store: { redisUrl: redis.url },
    async breakConnections() {
      await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    },
    async wipe() {
      await client.flushall()
    },
    async loseData(jobId) {
      await client.del(`ringback:deliver:${jobId}`)
    },
    async smuggle(jobId, data) {
      await queue.add('deliver', data, { jobId, removeOnComplete: true, removeOnFail: true })
    },
    async close() {
      client.disconnect()
      await redis.stop()
    },
  }
}

/** A database that starts empty, on the tests' server. */
export async function openPostgresStore(): Promise<TestStore> {
  const schema = 'ringback_queue'
  const database = `queue_${randomBytes(6).toString('hex')}`
  const url = new URL(inject('postgresUrl'))
  const admin = new pg.Client({ connectionString: url.href })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${database}`)
  url.pathname = `/${database}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  return {
    store: { postgresUrl: url.href, schema },
    async breakConnections() {
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
        [database],
      )
    },
    async wipe() {
      await client.query(`TRUNCATE ${schema}.job, ${schema}.event, ${schema}.meta CASCADE`)
    },
    async loseData(jobId) {
      await client.query(`UPDATE ${schema}.job SET data = '{}' WHERE id = $1`, [jobId])
    },
    async smuggle(jobId, data) {
      const entry = {
        id: jobId,
        name: 'deliver',
        data,
        opts: { removeOnFail: true },
        priority: 0,
        delay: 0,
        attempts: 1,
      }
      await client.query(`SET search_path = ${schema}`)
      await client.query('SELECT * FROM add_jobs_bulk($1, $2::jsonb)', [
        'deliver',
        JSON.stringify([{ ...entry, timestamp: Date.now() }]),
      ])
    },
    async close() {
      await client.end()
      await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
      await admin.end()
    },
  }
}
