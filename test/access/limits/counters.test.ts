/** The counts of several processes in a real store, and in none while it is away. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CounterStore, type Counters, openCounters } from '../../../src/access/limits/counters.ts'
import { systemClock } from '../../../src/clock.ts'
import { HOUR, SECOND } from '../../../src/duration.ts'
import type { Log } from '../../../src/telemetry/log.ts'
import { createTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { hasRedis, startRedis, type TestRedis } from '../../setup/redis.ts'
import { until } from '../../setup/until.ts'

const RATE = { count: 100, seconds: 3_600 }

const told: string[] = []
const log: Log = { debug() {}, info() {}, warn() {}, error: (_, message) => void told.push(message) }

const opened: Counters[] = []
function open(store: CounterStore): Counters {
  const counters = openCounters({ store, clock: systemClock, log })
  opened.push(counters)
  return counters
}
afterAll(() => Promise.all(opened.map((counters) => counters.close())))

/** Draws until the answer is another than a process that counts alone would give. */
const untilShared = (draw: () => Promise<{ total: number }>, least: number) =>
  until(draw, ({ total }) => total > least, 'the store of the counts to be asked again')

describe('in Postgres', () => {
  let database: TestDatabase
  let store: CounterStore
  beforeAll(async () => {
    database = await createTestDatabase()
    store = { postgresUrl: database.url }
  })
  afterAll(async () => {
    await Promise.all(opened.splice(0).map((counters) => counters.close()))
    await database.drop()
  })

  it('are those of all processes, by limit and by whom they are of', async () => {
    const [one, other] = [open(store), open(store)]
    expect(await one.for('key', RATE)('a', 30)).toMatchObject({ total: 30 })
    const { total, resetMs } = await other.for('key', RATE)('a', 30)
    expect(total).toBe(60)
    expect(resetMs).toBeGreaterThan(0)
    expect(resetMs).toBeLessThanOrEqual(RATE.seconds * SECOND)
    expect(await other.for('key', RATE)('b', 30)).toMatchObject({ total: 30 })
    expect(await other.for('tenant', RATE)('a', 30)).toMatchObject({ total: 30 })
  })

  it('are worth no fsync: Postgres keeps no log of them', async () => {
    const { rows } = await database.pool.query(
      `select relpersistence from pg_class where oid = 'ringback.rate_limits'::regclass`,
    )
    expect(rows).toEqual([{ relpersistence: 'u' }])
  })

  it('go beyond the limit, so that the asker knows what was granted of its share', async () => {
    const draw = open(store).for('key', RATE)
    await draw('beyond', 90)
    expect(await draw('beyond', 20)).toMatchObject({ total: 110 })
  })

  it('begin anew when the window has ended', async () => {
    const draw = open(store).for('key', RATE)
    await draw('ends', 90)
    await database.pool.query(`update ringback.rate_limits set expire = 0 where key like '%:ends'`)
    expect(await draw('ends', 20)).toMatchObject({ total: 20 })
  })

  it('begin anew when a clock was set back, and the window would last for hours', async () => {
    const draw = open(store).for('portal', { count: 10, seconds: 60 })
    await draw('future', 10)
    const later = Date.now() + 5 * HOUR
    await database.pool.query(`update ringback.rate_limits set expire = $1 where key like '%:future'`, [
      later,
    ])
    const { total, resetMs } = await draw('future', 3)
    expect(total).toBe(3)
    expect(resetMs).toBeLessThanOrEqual(60 * SECOND)
  })

  it('are those of this process while the table cannot be written, and it is told; then those of all again', async () => {
    const draw = open(store).for('key', RATE)
    await draw('away', 50)
    await database.pool.query('alter table ringback.rate_limits rename to gone')
    expect(await draw('away', 10)).toMatchObject({ total: 10 })
    expect(await draw('away', 10)).toMatchObject({ total: 20 })
    expect(told.at(-1)).toContain('counted by this process alone')
    await database.pool.query('alter table ringback.gone rename to rate_limits')
    await untilShared(() => draw('away', 1), 50)
  })

  it('are those of this process while connections break', async () => {
    const draw = open(store).for('key', RATE)
    await draw('broken', 1)
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ringback limits' and datname = current_database()`,
    )
    expect((await draw('broken', 1)).total).toBeGreaterThanOrEqual(1)
    await untilShared(() => draw('broken', 1), 1)
  })

  it('are those of this process while the row is locked by one that hangs', async () => {
    const draw = open(store).for('key', RATE)
    await draw('locked', 50)
    const client = await database.pool.connect()
    await client.query('begin')
    await client.query(`select from ringback.rate_limits where key like '%:locked' for update`)
    expect(await draw('locked', 10)).toMatchObject({ total: 10 })
    await client.query('rollback')
    client.release()
    await untilShared(() => draw('locked', 1), 50)
  })
})

describe.skipIf(!hasRedis)('in Redis', () => {
  let redis: TestRedis
  let store: CounterStore
  beforeAll(async () => {
    redis = await startRedis()
    store = { redisUrl: redis.url }
  })
  afterAll(() => redis.stop())

  /** It counts alone until it is connected. */
  async function connected(name = 'key') {
    const counters = open(store)
    const marker = `marker ${opened.length}`
    await open(store).for(name, RATE)(marker, 1)
    const draw = counters.for(name, RATE)
    const client = new Redis(redis.url)
    await until(
      async () => {
        await draw(marker, 1)
        return client.exists(`ringback:limit:${name}:${marker}`)
      },
      (found) => found === 1,
      'the connection',
    )
    const before = await client.get(`ringback:limit:${name}:${marker}`)
    await until(
      async () => {
        await draw(marker, 1)
        return client.get(`ringback:limit:${name}:${marker}`)
      },
      (seen) => seen !== before,
      'the connection',
    )
    client.disconnect()
    return draw
  }

  it('are those of all processes, by limit and by whom they are of', async () => {
    const [one, other] = [await connected(), await connected()]
    expect(await one('a', 30)).toMatchObject({ total: 30 })
    const { total, resetMs } = await other('a', 30)
    expect(total).toBe(60)
    expect(resetMs).toBeGreaterThan(0)
    expect(resetMs).toBeLessThanOrEqual(RATE.seconds * SECOND)
    expect(await other('b', 30)).toMatchObject({ total: 30 })
    expect(await (await connected('tenant'))('a', 30)).toMatchObject({ total: 30 })
  })

  it('leave Redis by themselves when the window has ended', async () => {
    const draw = await connected()
    await draw('ends', 1)
    const client = new Redis(redis.url)
    expect(await client.ttl('ringback:limit:key:ends')).toBeGreaterThan(0)
    client.disconnect()
  })

  it('are those of this process while Redis hangs', async () => {
    const draw = await connected()
    await draw('hangs', 50)
    const client = new Redis(redis.url)
    await client.client('PAUSE', 60_000, 'ALL')
    expect(await draw('hangs', 10)).toMatchObject({ total: 10 })
    expect(await draw('hangs', 10)).toMatchObject({ total: 20 })
    client.disconnect()
    await redis.kill()
    redis = await startRedis({ port: redis.port })
  })

  it('are those of this process while Redis is away, and it is told; then those of all again', async () => {
    const draw = await connected()
    await draw('away', 50)
    await redis.kill()
    expect(await draw('away', 10)).toMatchObject({ total: 10 })
    expect(await draw('away', 10)).toMatchObject({ total: 20 })
    expect(told.at(-1)).toContain('counted by this process alone')
    redis = await startRedis({ port: redis.port })
    const other = await connected()
    await other('away', 500)
    await untilShared(() => draw('away', 1), 500)
  })
})
