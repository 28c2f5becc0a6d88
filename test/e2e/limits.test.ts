/** Limits as an operator sets them: two real processes on one Postgres, with and without Redis. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BACKENDS } from '../setup/backends.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testVariables } from '../setup/environment.ts'
import { type RingbackProcess, startProcess } from '../setup/process.ts'
import { startRedis, type TestRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'

const LIMIT = 40
/** What a process draws at once, and may hold unspent. */
const PORTION = LIMIT / 20

describe.each(BACKENDS)('two processes that count in $backend', ({ backend, absent }) => {
  if (absent) return test.skip('needs a redis-server')

  let database: TestDatabase
  let redis: TestRedis | undefined
  let one: RingbackProcess
  let other: RingbackProcess
  beforeAll(async () => {
    database = await createTestDatabase()
    redis = backend === 'redis' ? await startRedis() : undefined
    const variables = {
      ...testVariables(),
      DATABASE_URL: database.url,
      ...(redis && { REDIS_URL: redis.url }),
      RINGBACK_ROLES: 'api',
      RINGBACK_RATE_LIMIT_KEY: `${LIMIT}/3600`,
      RINGBACK_MAX_ENDPOINTS: '1',
    }
    one = await startProcess(variables)
    other = await startProcess(variables)
    await Promise.all([one.waitReady(), other.waitReady()])
    await one.api('PUT', '/v1/tenants/acme')
    // Until its connection to Redis stands, a process counts alone.
    await until(
      async () => {
        const key = await newKey()
        await look(key, Array(LIMIT).fill(one))
        return (await look(key, [other]))[0]
      },
      (status) => status === 429,
      'both processes to count together',
    )
  }, 90_000)
  afterAll(async () => {
    await Promise.all([one?.kill('SIGTERM'), other?.kill('SIGTERM')])
    await redis?.stop()
    await database.drop()
  })

  async function newKey(): Promise<string> {
    const request = { name: 'a key', scopes: ['read'], tenant: 'acme' }
    return (await one.api<{ key: string }>('POST', '/v1/api-keys', request)).key
  }

  /** Looks once in each of these processes, at the same moment; the statuses. */
  const look = (key: string, at: RingbackProcess[]): Promise<number[]> =>
    Promise.all(
      at.map(async ({ url }) => {
        const headers = { authorization: `Bearer ${key}` }
        return (await fetch(new URL('/v1/tenants/acme', url), { headers })).status
      }),
    )

  const howMany = (statuses: number[], status: number) => statuses.filter((one) => one === status).length

  test('let through no more than the limit, and little less', async () => {
    const statuses = await look(
      await newKey(),
      Array.from({ length: 100 }, (_, i) => (i % 2 ? one : other)),
    )
    expect(howMany(statuses, 200)).toBeLessThanOrEqual(LIMIT)
    expect(howMany(statuses, 200)).toBeGreaterThan(LIMIT - PORTION)
    expect(howMany(statuses, 429)).toBe(100 - howMany(statuses, 200))
  })

  test('let one tenant have as many endpoints as is set', async () => {
    const register = (at: RingbackProcess) =>
      at.api('POST', '/v1/tenants/acme/endpoints', { url: 'http://127.0.0.1:4999/' })
    const outcomes = await Promise.allSettled([one, other, one, other].map(register))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ status: 422, problem: { code: 'too_many_endpoints' } })
  })

  test.skipIf(backend === 'postgres')(
    'count alone while Redis is away, and answer all that is asked',
    async () => {
      const key = await newKey()
      await redis!.kill()
      for (const at of [one, other]) {
        const statuses = await look(key, Array(60).fill(at))
        expect([howMany(statuses, 200), howMany(statuses, 429)]).toEqual([LIMIT, 20])
      }
    },
  )
})
