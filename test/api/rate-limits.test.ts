/** What callers may ask in a time, over HTTP: two processes on one store, which may be away. */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Limits, openLimits, type Rates } from '../../src/access/limits/limits.ts'
import { createApi } from '../../src/api/app.ts'
import type { Api } from '../../src/api/needs.ts'
import { type ApiServer, serveApi } from '../../src/api/serve.ts'
import { systemClock } from '../../src/clock.ts'
import { SECOND } from '../../src/duration.ts'
import { newId } from '../../src/ids.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { BACKENDS } from '../setup/backends.ts'
import { startRedis, type TestRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'
import { ADMIN_KEY, ask, createTestApi, type TestAnswer, type TestApi } from './test-api.ts'

const OFF: Rates = { key: null, portal: null, tenant: null, address: null }
/** Windows that do not end while a test runs. */
const often = (count: number) => ({ count, seconds: 3_600 })

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

let tenant: string
beforeEach(async () => {
  tenant = newId('event')
  await api.tenant(tenant)
})

const as = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

async function keyFor(of: string | undefined, scopes = ['read', 'emit']): Promise<string> {
  const { json } = await api.ask('POST /v1/api-keys', { body: { name: 'a key', scopes, tenant: of } })
  return json.key
}

async function tokenFor(of: string): Promise<string> {
  return (await api.ask(`POST /v1/tenants/${of}/portal-sessions`)).json.token
}

const look = (at: Api, key: string, of = tenant) => ask(at, `GET /v1/tenants/${of}`, as(key))

/** Looks so many times; how often it was answered so. */
async function lookOften(at: Api, key: string, times: number, of = tenant) {
  const answers = await Promise.all(Array.from({ length: times }, () => look(at, key, of)))
  const count = (status: number) => answers.filter((answer) => answer.status === status).length
  return { granted: count(200), refused: count(429) }
}

/** As a process of its own would have it: with limits and shares of its own. */
const processWith = (limits: Limits) => createApi({ ...api.needs, limits })

describe.each(BACKENDS)('limits that are kept in $backend', ({ backend, absent }) => {
  let redis: TestRedis | undefined
  const opened: Limits[] = []
  beforeAll(async () => {
    if (backend === 'redis' && !absent) redis = await startRedis()
  })
  afterAll(async () => {
    await Promise.all(opened.map((limits) => limits.close()))
    await redis?.stop()
  })

  async function limitsOf(rates: Partial<Rates>): Promise<Limits> {
    const store = redis ? { redisUrl: redis.url } : { postgresUrl: api.database.url }
    const limits = openLimits({ rates: { ...OFF, ...rates }, store, clock: systemClock, log: silentLog })
    opened.push(limits)
    return limits
  }

  /** Two processes, once both of them count together. */
  async function twoProcesses(rates: Partial<Rates>): Promise<[Api, Api]> {
    const both = [await limitsOf(rates), await limitsOf(rates)] as const
    await until(
      async () => {
        // Until it is connected to Redis, a process counts alone: a whole limit asked for in both is granted twice.
        const caller = {
          owner: newId(rates.portal ? 'portalSession' : 'apiKey'),
          kind: 'key' as const,
          expiresAt: null,
          scopes: [],
          name: null,
          incarnation: null,
          since: null,
          tenantId: newId('event'),
        }
        const standings = []
        for (const limits of both) standings.push(...(await limits.chargeMore(caller, 1_000_000)).slice(-1))
        for (const limits of both) standings.push(...(await limits.chargeMore(caller, 2)).slice(-1))
        return standings.filter(({ granted }) => granted).length
      },
      (granted) => granted === 1,
      'both processes to count together',
    )
    return [processWith(both[0]), processWith(both[1])]
  }

  it.skipIf(absent)('hold for a key over all processes, and hinder no other key', async () => {
    const [one, other] = await twoProcesses({ key: often(20) })
    const [key, another] = [await keyFor(tenant), await keyFor(tenant)]
    const first = await lookOften(one, key, 15)
    const second = await lookOften(other, key, 15)
    expect(first).toEqual({ granted: 15, refused: 0 })
    expect(second).toEqual({ granted: 5, refused: 10 })
    expect(await lookOften(one, key, 3)).toEqual({ granted: 0, refused: 3 })
    expect(await lookOften(one, another, 20)).toEqual({ granted: 20, refused: 0 })
  })

  it.skipIf(absent)(
    'hold for all keys and sessions of a tenant together, and hinder no other tenant',
    async () => {
      const [one, other] = await twoProcesses({ tenant: often(10) })
      const [key, token] = [await keyFor(tenant), await tokenFor(tenant)]
      expect(await lookOften(one, key, 6)).toEqual({ granted: 6, refused: 0 })
      expect(await lookOften(other, token, 6)).toEqual({ granted: 4, refused: 2 })
      const stranger = newId('event')
      await api.tenant(stranger)
      expect(await lookOften(one, await keyFor(stranger), 10, stranger)).toEqual({ granted: 10, refused: 0 })
      // A key that is bound to none has no tenant to share with.
      expect(await lookOften(one, await keyFor(undefined), 30)).toEqual({ granted: 30, refused: 0 })
    },
  )

  it.skipIf(absent)('hold for a portal session, whatever those of keys are', async () => {
    const [one, other] = await twoProcesses({ portal: often(10), key: often(1_000) })
    const token = await tokenFor(tenant)
    expect(await lookOften(one, token, 6)).toEqual({ granted: 6, refused: 0 })
    expect(await lookOften(other, token, 6)).toEqual({ granted: 4, refused: 2 })
    expect(await lookOften(one, await keyFor(tenant), 30)).toEqual({ granted: 30, refused: 0 })
  })

  it.skipIf(absent || backend === 'postgres')(
    'hold in each process alone while the store is away',
    async () => {
      const [one, other] = await twoProcesses({ key: often(20) })
      const key = await keyFor(tenant)
      expect(await lookOften(one, key, 15)).toEqual({ granted: 15, refused: 0 })
      await redis!.kill()
      const fresh = await keyFor(tenant)
      expect(await lookOften(one, fresh, 30)).toEqual({ granted: 20, refused: 10 })
      expect(await lookOften(other, fresh, 30)).toEqual({ granted: 20, refused: 10 })
      redis = await startRedis({ port: redis!.port })
    },
  )

  it.skipIf(absent || backend === 'redis')('hold in each process alone while the table is gone', async () => {
    const [one, other] = await twoProcesses({ key: often(20) })
    const key = await keyFor(tenant)
    await api.database.pool.query('alter table ringback.rate_limits rename to gone')
    expect(await lookOften(one, key, 30)).toEqual({ granted: 20, refused: 10 })
    expect(await lookOften(other, key, 30)).toEqual({ granted: 20, refused: 10 })
    await api.database.pool.query('alter table ringback.gone rename to rate_limits')
  })
})

describe('a limited caller', () => {
  let limits: Limits
  let limited: Api
  beforeAll(() => {
    limits = openLimits({
      rates: { ...OFF, key: often(4), tenant: often(1_000) },
      store: { postgresUrl: api.database.url },
      clock: systemClock,
      log: silentLog,
    })
    limited = processWith(limits)
  })
  afterAll(() => limits.close())

  it('is told with each answer what is left', async () => {
    const key = await keyFor(tenant)
    const { status, headers } = await look(limited, key)
    expect(status).toBe(200)
    expect(headers.get('RateLimit-Policy')).toBe('"key";q=4;w=3600, "tenant";q=1000;w=3600')
    expect(headers.get('RateLimit')).toMatch(/^"key";r=3;t=3[56]\d\d, "tenant";r=999;t=3[56]\d\d$/)
    expect(headers.get('Retry-After')).toBeNull()
    // Also with one that refuses for another reason.
    const missing = await ask(limited, `GET /v1/tenants/${tenant}/endpoints/ep_0`, as(key))
    expect(missing.status).toBe(404)
    expect(missing.headers.get('RateLimit')).toMatch(/^"key";r=2;/)
  })

  it('is refused with a problem, and told when to ask again', async () => {
    const key = await keyFor(tenant)
    expect(await lookOften(limited, key, 4)).toEqual({ granted: 4, refused: 0 })
    const { status, headers, json } = await look(limited, key)
    expect(status).toBe(429)
    expect(headers.get('Content-Type')).toBe('application/problem+json')
    expect(headers.get('RateLimit-Policy')).toBe('"key";q=4;w=3600')
    expect(headers.get('RateLimit')).toMatch(/^"key";r=0;t=\d+$/)
    const seconds = Number(headers.get('Retry-After'))
    expect(headers.get('RateLimit')).toBe(`"key";r=0;t=${seconds}`)
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(3_600)
    expect(json).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      detail: `Too many requests with this key: the limit is 4 in 3600 seconds. Try again in ${seconds} s.`,
      code: 'rate_limited',
      errors: [],
    })
  })

  it('does not use up its tenant’s limit by what its own refuses', async () => {
    const key = await keyFor(tenant)
    await lookOften(limited, key, 50)
    const { headers } = await look(limited, await keyFor(tenant))
    expect(headers.get('RateLimit')).toMatch(/"tenant";r=995;/)
  })

  it('is refused before its body is read, and before it is said what it may', async () => {
    const key = await keyFor(tenant)
    await lookOften(limited, key, 4)
    const answer = await ask(limited, `PUT /v1/tenants/${tenant}`, { body: '{', ...as(key) })
    expect(answer.status).toBe(429)
  })

  it('with a batch is counted as so many requests as there are events', async () => {
    const key = await keyFor(tenant)
    const send = (count: number): Promise<TestAnswer> =>
      ask(limited, 'POST /v1/events', {
        body: { events: Array.from({ length: count }, () => ({ tenant, type: 'a', data: {} })) },
        ...as(key),
      })
    const first = await send(3)
    expect(first.status).toBe(202)
    expect(first.headers.get('RateLimit')).toMatch(/^"key";r=1;/)
    const second = await send(3)
    expect([second.status, second.json.code]).toEqual([429, 'rate_limited'])
    const { rows } = await api.database.pool.query('select from ringback.events where tenant_id = $1', [
      tenant,
    ])
    expect(rows).toHaveLength(3)
  })

  it('may send a batch larger than its limit, as all of it', async () => {
    const key = await keyFor(tenant)
    const events = Array.from({ length: 50 }, () => ({ tenant, type: 'a', data: {} }))
    const { status, headers } = await ask(limited, 'POST /v1/events', { body: { events }, ...as(key) })
    expect(status).toBe(202)
    expect(headers.get('RateLimit')).toMatch(/^"key";r=0;t=\d+, "tenant";r=950;/)
    expect((await look(limited, key)).status).toBe(429)
  })

  it('is never the operator’s own key, which is told of no limits', async () => {
    expect(await lookOften(limited, ADMIN_KEY, 100)).toEqual({ granted: 100, refused: 0 })
    expect((await look(limited, ADMIN_KEY)).headers.get('RateLimit')).toBeNull()
  })
})

describe('requests without a good key', () => {
  let now = 1_000_000
  const clock = { now: () => now }
  const servers: ApiServer[] = []
  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  async function serve(trustedProxies: number): Promise<string> {
    const rates = { ...OFF, address: { count: 3, seconds: 60 } }
    const limits = openLimits({ rates, store: { postgresUrl: 'postgres://unused' }, clock, log: silentLog })
    const server = await serveApi(createApi({ ...api.needs, limits, trustedProxies }), {
      host: '127.0.0.1',
      port: 0,
    })
    servers.push(server)
    return server.url
  }

  /** @returns the status, with each of these as the key */
  async function statuses(url: string, keys: string[], forwarded?: (i: number) => string): Promise<number[]> {
    const found: number[] = []
    for (const [i, key] of keys.entries()) {
      const headers = { ...as(key).headers, ...(forwarded && { 'X-Forwarded-For': forwarded(i) }) }
      found.push((await fetch(`${url}/v1/tenants`, { headers })).status)
    }
    return found
  }

  const bad = ['', 'wrong', 'rbk_', `rbk_${'0'.repeat(75)}`, 'a.b.c', '\u00ff'.repeat(3), 'x'.repeat(5_000)]

  it('are answered 429 beyond the limit, until the window has ended; a good key is not hindered', async () => {
    const url = await serve(0)
    expect(await statuses(url, bad)).toEqual([401, 401, 401, 429, 429, 429, 429])
    const refused = await fetch(`${url}/v1/tenants`)
    expect(refused.headers.get('Retry-After')).toBe('60')
    expect(refused.headers.get('RateLimit-Policy')).toBe('"address";q=3;w=60')
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' })
    expect(await statuses(url, [ADMIN_KEY, await keyFor(undefined)])).toEqual([200, 200])
    now += 60 * SECOND
    expect(await statuses(url, ['wrong'])).toEqual([401])
  })

  it('are counted as well where the inside of the queue is shown, and there a good key is not hindered', async () => {
    const url = await serve(0)
    const at = async (key: string) => {
      const answer = await fetch(`${url}/dashboard/queues`, { ...as(key), redirect: 'manual' })
      return answer.status
    }
    const found = []
    for (const key of bad.slice(0, 5)) found.push(await at(key))
    expect(found).toEqual([302, 302, 302, 429, 429])
    expect(await at(ADMIN_KEY)).toBe(200)
    expect(await statuses(url, ['wrong'])).toEqual([429])
  })

  it('are told by the socket’s address, whatever X-Forwarded-For says', async () => {
    const url = await serve(0)
    expect(await statuses(url, bad.slice(0, 5), (i) => `192.0.2.${i}`)).toEqual([401, 401, 401, 429, 429])
  })

  it('are told by what the outermost trusted proxy heard, whatever the client wrote before it', async () => {
    const url = await serve(2)
    const keys = bad.slice(0, 5)
    expect(await statuses(url, keys, (i) => `10.9.9.${i}, 192.0.2.7, 10.0.0.1`)).toEqual([
      401, 401, 401, 429, 429,
    ])
    expect(await statuses(url, keys, (i) => `192.0.2.${100 + i}, 10.0.0.1`)).toEqual([
      401, 401, 401, 401, 401,
    ])
    // Less than the proxies would have written, or no address: the socket's.
    expect(await statuses(url, keys, (i) => (i % 2 ? 'nonsense, 10.0.0.1' : `192.0.2.${i}`))).toEqual([
      401, 401, 401, 429, 429,
    ])
  })

  it('are answered so whatever they send as a key and as their address', async () => {
    const url = await serve(3)
    const unit = fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f)
    const text = fc.array(unit, { maxLength: 80 }).map((codes) => String.fromCharCode(...codes))
    const address = fc.oneof(fc.ipV4(), fc.ipV6(), text)
    await fc.assert(
      fc.asyncProperty(text, fc.array(address, { maxLength: 6 }), async (key, addresses) => {
        const headers = { Authorization: `Bearer ${key}`, 'X-Forwarded-For': addresses.join(', ') }
        expect([401, 429]).toContain((await fetch(`${url}/v1/tenants`, { headers })).status)
      }),
      { numRuns: 500 },
    )
  })

  it('are told by the network that an IPv6 client has all of', async () => {
    const url = await serve(1)
    const spellings = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2:ffff::9',
      '2001:0db8:0001:0002:0:0:0:3',
      '2001:db8:1:2:5::',
    ]
    expect(await statuses(url, bad.slice(0, 4), (i) => spellings[i]!)).toEqual([401, 401, 401, 429])
    expect(await statuses(url, ['wrong'], () => '2001:db8:1:3::1')).toEqual([401])
    expect(await statuses(url, bad.slice(0, 4), () => '::ffff:192.0.2.9')).toEqual([401, 401, 401, 429])
    expect(await statuses(url, ['wrong'], () => '192.0.2.9')).toEqual([429])
  })
})
