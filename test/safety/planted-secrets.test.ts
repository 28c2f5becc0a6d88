import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, ApiRefusal, type Delivery, type Endpoint } from '../setup/api.ts'
import { BACKENDS } from '../setup/backends.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testVariables } from '../setup/environment.ts'
import { type RingbackProcess, startProcess } from '../setup/process.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRedis, type TestRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'
import { dumpDatabase, dumpRedis, type Find } from './dumps.ts'
import { spellingsOf } from './spellings.ts'

const ENDPOINTS = 40

/** Known to be in the store, so that a search that finds nothing has been seen to find something. */
const CANARY = `canary-${randomBytes(16).toString('hex')}`

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`
const newToken = () => randomBytes(24).toString('base64url')

describe.each(BACKENDS)('100 planted secrets, with the queue on $backend', ({ backend, absent }) => {
  const secrets = new Set<string>()
  const headerValues = new Set<string>()
  /** Of these, the values of endpoints that were sent to. */
  const sent = new Set<string>()
  const errors: string[] = []
  let database: TestDatabase
  let redis: TestRedis | undefined
  let receiver: Receiver
  /** Takes the spans. */
  let collector: Receiver
  let ringback: RingbackProcess

  beforeAll(async () => {
    if (absent) return
    database = await createTestDatabase()
    redis = backend === 'redis' ? await startRedis() : undefined
    receiver = await startReceiver((_, n) => [204, 500, 'reset' as const][n % 3]!)
    collector = await startReceiver(200)
    const variables = testVariables()
    ringback = await startProcess({
      ...variables,
      RINGBACK_LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      DATABASE_URL: database.url,
      ...(redis && { REDIS_URL: redis.url }),
    })
    await ringback.waitReady()
    for (const name of ['RINGBACK_ADMIN_KEY', 'RINGBACK_MASTER_KEY']) secrets.add(variables[name]!)
    await live(ringback.api)
    await fail(ringback.api)
  })
  afterAll(async () => {
    await ringback?.kill('SIGKILL')
    await Promise.all([receiver?.close(), collector?.close()])
    await redis?.stop()
    await database?.drop()
  })

  /** What an installation sees in its days: it registers, rotates, shows, delivers, retries, lets others in. */
  async function live(api: Api) {
    await api('PUT', '/v1/tenants/acme', { name: 'Acme' })
    const endpoints: Endpoint[] = []
    for (let i = 0; i < ENDPOINTS; i++) {
      const ours = i % 2 === 0 ? { secret: newSecret() } : {}
      const token = newToken()
      headerValues.add(token)
      sent.add(token)
      const endpoint = await api<Endpoint>(
        'POST',
        '/v1/tenants/acme/endpoints',
        {
          url: receiver.url,
          // Not every name of a header tells what it is.
          headers: i % 3 === 0 ? { 'x-hello': token } : { authorization: `Bearer ${token}` },
          retry: { kind: 'schedule', delaysSeconds: [50] },
          ...ours,
        },
        { 'idempotency-key': `endpoint ${i}` },
      )
      secrets.add(endpoint.secret)
      endpoints.push(endpoint)
    }
    for (const { id } of endpoints.slice(0, ENDPOINTS / 2)) {
      const path = `/v1/tenants/acme/endpoints/${id}/secret`
      const { secret } = await api<{ secret: string }>(
        'POST',
        `${path}/rotate`,
        {},
        { 'idempotency-key': `rotate ${id}` },
      )
      secrets.add(secret)
      await api('GET', path)
    }
    for (let i = 0; i < 10; i++) {
      const { key } = await api<{ key: string }>(
        'POST',
        '/v1/api-keys',
        { name: `key ${i}`, scopes: ['read'] },
        { 'idempotency-key': `key ${i}` },
      )
      secrets.add(key)
      await fetch(new URL('/v1/tenants', ringback.url), { headers: { authorization: `Bearer ${key}` } })
      const { token } = await api<{ token: string }>('POST', '/v1/tenants/acme/portal-sessions', {})
      secrets.add(token)
    }
    await api(
      'POST',
      '/v1/tenants/acme/events',
      { type: 'a.b', data: { canary: CANARY } },
      { 'idempotency-key': 'e' },
    )
    const { data } = await until(
      () => api<{ data: Delivery[] }>('GET', '/v1/tenants/acme/deliveries?limit=250'),
      ({ data }) => data.length === ENDPOINTS && data.every(({ attemptCount }) => attemptCount > 0),
      'every delivery to have been tried',
    )
    for (const { id } of data.slice(0, 5)) {
      await api('GET', `/v1/tenants/acme/deliveries/${id}/attempts`)
      await api('POST', `/v1/tenants/acme/deliveries/${id}/retry`).catch(keep)
    }
    for (const { id } of endpoints.slice(0, 5)) {
      const changed = newToken()
      headerValues.add(changed)
      const headers = { authorization: `Bearer ${changed}` }
      await api('PATCH', `/v1/tenants/acme/endpoints/${id}`, { headers })
    }
  }

  /** What goes wrong in its days: callers that err, with secrets in their hands, and a database that fails. */
  async function fail(api: Api) {
    const all = '/v1/tenants/acme/endpoints'
    const [secret, token] = [newSecret(), newToken()]
    secrets.add(secret)
    headerValues.add(token)
    const whole = { url: receiver.url, secret, headers: { authorization: `Bearer ${token}` } }
    await api('POST', all, { ...whole, url: 'http://10.0.0.1/' }).catch(keep)
    await api('POST', all, { ...whole, timeoutMs: 1 }).catch(keep)
    await api('POST', all, { ...whole, secret: `${secret}!` }).catch(keep)
    await api('POST', all, { ...whole, secret: [secret] }).catch(keep)
    await api('POST', all, { ...whole, headers: { host: token, authorization: `${token}\n` } }).catch(keep)
    await api('POST', all, { ...whole, filter: secret }).catch(keep)
    await api('POST', all, JSON.stringify(whole).slice(0, -1)).catch(keep)
    await api('POST', all, whole, { 'idempotency-key': 'endpoint 0' }).catch(keep)
    await api('GET', '/v1/tenants/acme', undefined, { authorization: `Bearer ${secret}` }).catch(keep)

    // A query that fails recites its values, and Postgres the row.
    await database.pool.query(
      'alter table ringback.endpoint_secrets add constraint never check (false) not valid',
    )
    await database.pool.query('alter table ringback.endpoints add constraint never check (false) not valid')
    await api('POST', all, whole).catch(keep)
    await api('POST', `${all}/ep_01h455vb4pex5vsknk084sn02q/secret/rotate`, { secret }).catch(keep)
    await database.pool.query('alter table ringback.endpoints drop constraint never')
    await api('POST', all, whole).catch(keep)
    await database.pool.query('alter table ringback.endpoint_secrets drop constraint never')
    await database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    await api('POST', all, { ...whole, timeoutMs: 1 }).catch(keep)
  }

  function keep(error: unknown) {
    if (!(error instanceof ApiRefusal)) throw error
    errors.push(`${error.status} ${JSON.stringify(error.problem)}`)
  }

  const found = (finds: readonly Find[], needles: Iterable<string>) => {
    const spellings = [...needles].flatMap(spellingsOf)
    return finds
      .filter(({ text }) => spellings.some((spelling) => text.includes(spelling)))
      .map(({ place }) => place)
  }

  test.skipIf(absent)('the database holds no signing secret, no key and no token', async () => {
    expect(secrets.size + headerValues.size).toBeGreaterThanOrEqual(100)
    const dump = await dumpDatabase(database.pool)
    expect(found(dump, [CANARY])).toContainEqual(expect.stringMatching(/^ringback\.events_.*\.body$/))
    for (const side of ['before', 'after'])
      expect(found(dump, ['[redacted]'])).toContain(`ringback.audit_log.${side}`)
    expect(found(dump, secrets)).toEqual([])
  })

  test.skipIf(absent)('the database holds no value of an endpoint’s headers', async () => {
    const dump = await dumpDatabase(database.pool)
    expect(found(dump, ['x-hello'])).toContain('ringback.endpoints.headers')
    expect(found(dump, headerValues)).toEqual([])
  })

  test.skipIf(absent)('the receiver got them all', () => {
    const came = receiver.requests.map(({ headers }) => headers['x-hello'] ?? headers.authorization!.slice(7))
    expect([...sent].filter((value) => !came.includes(value))).toEqual([])
  })

  test.skipIf(absent)('the API shows none of them', async () => {
    const { data } = await ringback.api<{ data: Delivery[] }>('GET', '/v1/tenants/acme/deliveries?limit=250')
    const answers = await Promise.all(
      ['endpoints?limit=250', ...data.map(({ id }) => `deliveries/${id}/attempts`)].map((path) =>
        ringback.api('GET', `/v1/tenants/acme/${path}`),
      ),
    )
    const finds = answers.map((answer, i) => ({ place: `${i}`, text: JSON.stringify(answer) }))
    expect(found(finds, ['x-hello'])).not.toEqual([])
    expect(found(finds, headerValues)).toEqual([])
  })

  test.skipIf(absent || backend === 'postgres')('Redis holds ids, and nothing else of ours', async () => {
    const dump = await dumpRedis(redis!.url)
    expect(found(dump, ['dlv_'])).not.toEqual([])
    expect(found(dump, [...secrets, ...headerValues, CANARY])).toEqual([])
  })

  test.skipIf(absent)('the log holds none of them, failures of the database included', () => {
    const log = [{ place: 'log', text: ringback.output() }]
    expect(found(log, ['a request failed'])).toEqual(['log'])
    expect(found(log, [...secrets, ...headerValues])).toEqual([])
  })

  test.skipIf(absent)('the metrics hold none of them', async () => {
    const answer = await fetch(new URL('metrics', ringback.url))
    const metrics = [{ place: 'metrics', text: await answer.text() }]
    expect(found(metrics, ['ringback_attempt_duration_seconds'])).toEqual(['metrics'])
    expect(found(metrics, [...secrets, ...headerValues])).toEqual([])
  })

  test.skipIf(absent)('the spans that are sent away hold none of them', async () => {
    const spans = () => collector.requests.map(({ path, body }) => ({ place: path, text: body.toString() }))
    const said = ['ringback.accept', `127.0.0.1:${new URL(receiver.url).port}`]
    await until(
      spans,
      (sent) => said.every((one) => found(sent, [one]).length > 0),
      'spans of all that was done',
    )
    expect(found(spans(), [...secrets, ...headerValues])).toEqual([])
  })

  test.skipIf(absent)('no error holds any of them', () => {
    expect(errors.length).toBeGreaterThan(8)
    expect(errors.filter((one) => one.startsWith('500'))).not.toEqual([])
    const finds = errors.map((text) => ({ place: text, text }))
    expect(found(finds, [...secrets, ...headerValues])).toEqual([])
  })
})

test('the search sees a secret in each of its spellings, wherever it begins', () => {
  const secret = newSecret()
  const spellings = spellingsOf(secret)
  const key = Buffer.from(secret.slice(6), 'base64')
  for (const one of [Buffer.from(secret), key])
    for (const before of ['', 'a', 'ab', 'abc']) {
      const within = Buffer.concat([Buffer.from(before), one, Buffer.from('after')])
      for (const text of [
        within.toString('latin1'),
        within.toString('hex'),
        within.toString('base64'),
        within.toString('base64url'),
      ])
        expect(
          spellings.some((spelling) => text.includes(spelling)),
          text,
        ).toBe(true)
    }
  expect(spellings.every((spelling) => spelling.length > 20)).toBe(true)
})
