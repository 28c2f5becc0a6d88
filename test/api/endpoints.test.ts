import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeProbes } from '../../src/deliveries/store.ts'
import { newId } from '../../src/ids.ts'
import { newSecret } from '../../src/signing/secret.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  for (const tenant of ['acme', 'other']) await api.ask(`PUT /v1/tenants/${tenant}`)
})
afterAll(() => api.close())

const all = '/v1/tenants/acme/endpoints'
const url = 'https://customer.example/hook'
const register = async (body: object = {}) => (await api.ask(`POST ${all}`, { body: { url, ...body } })).json
const emit = async (type: string, data: unknown = {}) =>
  (await api.ask('POST /v1/tenants/acme/events', { body: { type, data } })).json
const deliveriesOf = async (endpointId: string) =>
  (await api.ask(`GET /v1/tenants/acme/deliveries?endpointId=${endpointId}`)).json.data

describe('POST /v1/tenants/{tenant}/endpoints', () => {
  it('registers a URL for everything, and shows the secret this once', async () => {
    const { status, json } = await api.ask(`POST ${all}`, { body: { url } })
    expect(status).toBe(201)
    expect(json).toEqual({
      id: expect.stringMatching(/^ep_/),
      tenantId: 'acme',
      url,
      description: null,
      status: 'active',
      disabledReason: null,
      disabledAt: null,
      health: {
        failingSince: null,
        failedAttempts: 0,
        circuit: { state: 'closed', openedAt: null, nextProbeAt: null },
      },
      subscriptions: [
        {
          id: expect.stringMatching(/^sub_/),
          eventTypes: ['*'],
          filter: null,
          createdAt: expect.any(String),
        },
      ],
      headers: {},
      retry: null,
      timeoutMs: null,
      maxInFlight: null,
      rateLimit: null,
      metadata: {},
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      secret: expect.stringMatching(/^whsec_/),
    })
    const { secret: _shownOnce, ...rest } = json
    expect((await api.ask(`GET ${all}/${json.id}`)).json).toEqual(rest)
    expect((await api.ask(`GET ${all}`)).text).not.toContain('whsec_')
  })

  it('shows in its health that its circuit is open, when the next probe is let through, and that one is under way', async () => {
    const { id } = await register()
    const { db } = api.database
    const circuit = async () => (await api.ask(`GET ${all}/${id}`)).json.health.circuit
    const [openedAt, nextProbeAt] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:10.000Z']
    await db.execute(sql`
      update ringback.endpoints set status = 'failing', circuit_opened_at = ${openedAt}, probe_at = ${nextProbeAt} where id = ${id}`)
    expect(await circuit()).toEqual({ state: 'open', openedAt, nextProbeAt })
    await emit('invoice.paid')
    const [probe] = await takeProbes(db, 10)
    expect(await circuit()).toEqual({ state: 'half_open', openedAt, nextProbeAt: expect.any(String) })
    expect((await circuit()).nextProbeAt > new Date().toISOString()).toBe(true)
    expect((await deliveriesOf(id)).map((delivery: { id: string }) => delivery.id)).toEqual([probe!.id])
    // Nobody else's test is to meet it.
    await api.ask(`DELETE ${all}/${id}`)
  })

  it('keeps all that may be said of an endpoint', async () => {
    const body = {
      description: 'd',
      headers: { 'X-Source': 'ringback' },
      retry: { kind: 'schedule', delaysSeconds: [1, 2], jitter: 0 },
      timeoutMs: 1_000,
      maxInFlight: 1,
      rateLimit: { perSecond: 10_000 },
      metadata: { plan: 'pro' },
      subscriptions: [{ eventTypes: ['a', 'b.*'], filter: { amount: { $gte: 1000 } } }],
    }
    const secret = newSecret()
    const registered = await register({ ...body, secret })
    expect(registered).toMatchObject({ ...body, headers: { 'X-Source': '[redacted]' }, secret })
  })

  it('takes no subscriptions for an empty list', async () => {
    expect((await register({ subscriptions: [] })).subscriptions).toEqual([])
  })

  it('answers an equal request with the same key once more, secret included, and makes one endpoint', async () => {
    const options = { body: { url, description: 'once' }, headers: { 'Idempotency-Key': 'k1' } }
    const first = await api.ask(`POST ${all}`, options)
    const second = await api.ask(`POST ${all}`, options)
    expect([second.status, second.text]).toEqual([201, first.text])
    expect(second.headers.get('Idempotent-Replayed')).toBe('true')
    const other = await api.ask(`POST ${all}`, { ...options, body: { url } })
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused'])
  })

  it.each([
    [{ url: 'ftp://customer.example/' }, 'url_invalid', 'url'],
    [{ url: `https://customer.example/${'a'.repeat(2_048)}` }, 'url_invalid', 'url'],
    [{ url: 'https://169.254.169.254/' }, 'url_not_allowed', 'url'],
    [{ url: undefined }, 'validation_failed', 'url'],
    [{ descripton: 'x' }, 'validation_failed', 'descripton'],
    [{ description: 'x'.repeat(1_001) }, 'validation_failed', 'description'],
    [{ headers: { 'Content-Length': '1' } }, 'header_not_allowed', 'headers.Content-Length'],
    [{ secret: 'whsec_short' }, 'secret_invalid', 'secret'],
    [{ timeoutMs: 30_001 }, 'validation_failed', 'timeoutMs'],
    [{ maxInFlight: 0 }, 'validation_failed', 'maxInFlight'],
    [{ rateLimit: { perSecond: 10_001 } }, 'validation_failed', 'rateLimit.perSecond'],
    [{ retry: { kind: 'exponential', factor: 11 } }, 'validation_failed', 'retry.factor'],
    [{ metadata: { ['k'.repeat(41)]: 'v' } }, 'validation_failed', `metadata.${'k'.repeat(41)}`],
    [{ subscriptions: [{ eventTypes: [] }] }, 'validation_failed', 'subscriptions[0].eventTypes'],
    [{ subscriptions: [{ eventTypes: ['a*'] }] }, 'validation_failed', 'subscriptions[0].eventTypes[0]'],
    [
      { subscriptions: [{ eventTypes: ['a'], filter: { $where: 'x' } }] },
      'filter_invalid',
      'subscriptions[0].filter.$where',
    ],
  ])('refuses %j', async (body, code, path) => {
    const { status, json } = await api.ask(`POST ${all}`, { body: { url, ...body } })
    expect([status, json.code, json.errors[0].path]).toEqual([422, code, path])
  })

  it('gives one message for every address that is not allowed', async () => {
    const urls = ['https://127.0.0.1/', 'https://10.1.2.3/', 'https://[::1]/', 'https://intranet/']
    const answers = await Promise.all(urls.map((one) => register({ url: one })))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0].code).toBe('url_not_allowed')
  })

  it('is 404 for a tenant that is not there', async () => {
    expect((await api.ask('POST /v1/tenants/nobody/endpoints', { body: { url } })).status).toBe(404)
  })
})

describe('GET /v1/tenants/{tenant}/endpoints', () => {
  it('lists newest first, page by page, by status', async () => {
    await api.ask('PUT /v1/tenants/listed')
    const list = '/v1/tenants/listed/endpoints'
    const ids: string[] = []
    for (let i = 0; i < 3; i++) ids.unshift((await api.ask(`POST ${list}`, { body: { url } })).json.id)
    await api.ask(`POST ${list}/${ids[1]}/disable`)
    const idsOf = (json: { data: { id: string }[] }) => json.data.map(({ id }) => id)

    const first = (await api.ask(`GET ${list}?limit=2`)).json
    expect(idsOf(first)).toEqual(ids.slice(0, 2))
    expect(idsOf((await api.ask(`GET ${list}?limit=2&cursor=${first.nextCursor}`)).json)).toEqual(
      ids.slice(2),
    )
    expect(idsOf((await api.ask(`GET ${list}?status=disabled`)).json)).toEqual([ids[1]])
    expect((await api.ask(`GET ${list}?status=off`)).status).toBe(422)
    expect((await api.ask('GET /v1/tenants/nobody/endpoints')).status).toBe(404)
  })
})

describe('PATCH /v1/tenants/{tenant}/endpoints/{id}', () => {
  it('changes what is given, keeps what is left out, clears what is null', async () => {
    const { id, secret: _, ...before } = await register({ rateLimit: { perSecond: 5 }, timeoutMs: 2_000 })
    const changed = await api.ask(`PATCH ${all}/${id}`, { body: { description: 'new', timeoutMs: null } })
    expect(changed.status).toBe(200)
    expect(changed.json).toEqual({
      id,
      ...before,
      description: 'new',
      timeoutMs: null,
      updatedAt: expect.any(String),
    })
    expect((await api.ask(`PATCH ${all}/${id}`, { body: { rateLimit: null } })).json.rateLimit).toBeNull()
  })

  it('lets new subscriptions take the place of all, from the next event on', async () => {
    const { id } = await register()
    const wanted = { eventTypes: ['only.this'], filter: null }
    const { json } = await api.ask(`PATCH ${all}/${id}`, { body: { subscriptions: [wanted] } })
    expect(json.subscriptions).toMatchObject([wanted])
    await emit('something.else')
    const event = await emit('only.this')
    expect(await deliveriesOf(id)).toMatchObject([{ eventId: event.id }])
  })

  it('refuses what registering refuses, and a secret, which is rotated', async () => {
    const { id } = await register()
    const codeOf = async (body: object) => (await api.ask(`PATCH ${all}/${id}`, { body })).json.code
    expect(await codeOf({ url: 'https://10.0.0.1/' })).toBe('url_not_allowed')
    expect(await codeOf({ url: null })).toBe('validation_failed')
    expect(await codeOf({ secret: newSecret() })).toBe('validation_failed')
  })
})

describe('DELETE /v1/tenants/{tenant}/endpoints/{id}', () => {
  it('ends what waits for it', async () => {
    const { id } = await register({ subscriptions: [{ eventTypes: ['to.delete'] }] })
    await emit('to.delete')
    expect(await api.ask(`DELETE ${all}/${id}`)).toMatchObject({ status: 204, text: '' })
    expect(await deliveriesOf(id)).toMatchObject([{ status: 'canceled', reason: 'endpoint_deleted' }])
    expect((await api.ask(`GET ${all}/${id}`)).status).toBe(404)
    expect((await api.ask(`DELETE ${all}/${id}`)).status).toBe(404)
  })
})

describe('POST /v1/tenants/{tenant}/endpoints/{id}/disable and /enable', () => {
  it('hold what waits and comes, and let it go on', async () => {
    const { id } = await register({ subscriptions: [{ eventTypes: ['to.hold'] }] })
    await emit('to.hold')
    const disabled = await api.ask(`POST ${all}/${id}/disable`)
    expect(disabled.status).toBe(200)
    expect(disabled.json).toMatchObject({ id, status: 'disabled', disabledReason: 'manual' })
    expect(disabled.json.disabledAt).toEqual(expect.any(String))

    await emit('to.hold')
    const held = { status: 'held', waitingFor: 'disabled' }
    expect(await deliveriesOf(id)).toMatchObject([held, held])

    const enabled = await api.ask(`POST ${all}/${id}/enable`)
    expect(enabled).toMatchObject({
      status: 200,
      json: { status: 'active', disabledReason: null, disabledAt: null },
    })
    expect(await deliveriesOf(id)).toMatchObject([{ status: 'pending' }, { status: 'pending' }])
    expect((await api.ask(`POST ${all}/${id}/enable`)).json).toEqual(enabled.json)
  })
})

describe('the secrets of an endpoint', () => {
  it('are shown when asked for, and rotated with a grace', async () => {
    const { id, secret } = await register()
    expect((await api.ask(`GET ${all}/${id}/secret`)).json).toEqual({ secret, previous: [] })

    const rotated = await api.ask(`POST ${all}/${id}/secret/rotate`)
    expect(rotated.status).toBe(200)
    expect(rotated.json.previous).toEqual([{ secret, expiresAt: expect.any(String) }])
    expect(rotated.json.secret).not.toBe(secret)
    expect((await api.ask(`GET ${all}/${id}/secret`)).json).toEqual(rotated.json)

    const own = newSecret()
    const last = await api.ask(`POST ${all}/${id}/secret/rotate`, { body: { secret: own, graceSeconds: 0 } })
    expect(last.json).toEqual({ secret: own, previous: [] })
  })

  it('are rotated once by an equal request with the same key', async () => {
    const { id } = await register()
    const options = { headers: { 'Idempotency-Key': 'rotate-1' } }
    const first = await api.ask(`POST ${all}/${id}/secret/rotate`, options)
    const second = await api.ask(`POST ${all}/${id}/secret/rotate`, options)
    expect(second.text).toBe(first.text)
    expect((await api.ask(`GET ${all}/${id}/secret`)).json).toEqual(first.json)
  })

  it.each([[{ graceSeconds: -1 }], [{ graceSeconds: 604_801 }], [{ secret: 'x' }]])(
    'refuse %j',
    async (body) => {
      const { id } = await register()
      expect((await api.ask(`POST ${all}/${id}/secret/rotate`, { body })).status).toBe(422)
    },
  )
})

describe('POST /v1/tenants/{tenant}/endpoints/{id}/test', () => {
  const eventOf = async (eventId: string) => (await api.ask(`GET /v1/tenants/acme/events/${eventId}`)).json

  it('sends to this endpoint alone, whatever it subscribes to', async () => {
    await register()
    const { id } = await register({ subscriptions: [] })
    const { status, json } = await api.ask(`POST ${all}/${id}/test`)
    expect(status).toBe(202)
    expect(json).toEqual({
      eventId: expect.stringMatching(/^evt_/),
      deliveryId: expect.stringMatching(/^dlv_/),
    })
    const event = await eventOf(json.eventId)
    expect(event).toMatchObject({
      type: 'ringback.test',
      deliveryCount: 1,
      deliveries: [{ id: json.deliveryId }],
    })
    expect(event.data.message).toEqual(expect.any(String))
  })

  it('sends the data that is given, as it is written, else the example of the type', async () => {
    const { id } = await register({ subscriptions: [] })
    await api.ask('PUT /v1/event-types/with.example', { body: { example: { amount: 1200 } } })
    const given = '{"eventType":"with.example","data":{ "n": 1e400, "n": 2 }}'
    const { eventId } = (await api.ask(`POST ${all}/${id}/test`, { body: given })).json
    expect((await api.ask(`GET /v1/tenants/acme/events/${eventId}`)).text).toContain(
      '"data":{ "n": 1e400, "n": 2 }',
    )

    const byExample = (await api.ask(`POST ${all}/${id}/test`, { body: { eventType: 'with.example' } })).json
    expect(await eventOf(byExample.eventId)).toMatchObject({ type: 'with.example', data: { amount: 1200 } })
  })

  it('is sent once by an equal request with the same key', async () => {
    const { id } = await register({ subscriptions: [] })
    const options = { headers: { 'Idempotency-Key': 'test-1' } }
    const first = await api.ask(`POST ${all}/${id}/test`, options)
    const second = await api.ask(`POST ${all}/${id}/test`, options)
    expect([second.text, second.headers.get('Idempotent-Replayed')]).toEqual([first.text, 'true'])
    expect(await deliveriesOf(id)).toHaveLength(1)
  })
})

describe('an endpoint of another tenant', () => {
  it('looks like one that is not there, on every route', async () => {
    const { id } = await register()
    for (const route of [
      'GET ',
      'PATCH ',
      'DELETE ',
      'POST /enable',
      'POST /disable',
      'GET /secret',
      'POST /secret/rotate',
      'POST /test',
      'GET /subscriptions',
      'POST /subscriptions',
    ]) {
      const [method, rest] = route.split(' ')
      const body = route === 'POST /subscriptions' ? { eventTypes: ['a'] } : method === 'GET' ? undefined : {}
      const at = (endpoint: string) =>
        api.ask(`${method} /v1/tenants/other/endpoints/${endpoint}${rest}`, { body })
      const [foreign, absent, impossible] = [await at(id), await at(newId('endpoint')), await at('x')]
      expect([foreign.status, foreign.json.code], route).toEqual([404, 'not_found'])
      expect([absent.text, impossible.text], route).toEqual([foreign.text, foreign.text])
    }
    expect((await api.ask(`GET ${all}/${id}`)).json.status).toBe('active')
  })
})
