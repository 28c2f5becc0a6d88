import type { createRoute as describeRoute } from '@hono/zod-openapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEY_FORM } from '../../src/access/key-text.ts'
import { addRoute } from '../../src/api/add-route.ts'
import { createRoute } from '../../src/api/route.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  await api.tenant('acme')
  await api.tenant('other')
})
afterAll(() => api.close())

const create = async (body: object) => (await api.ask('POST /v1/api-keys', { body })).json
const as = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

describe('POST /v1/api-keys', () => {
  it('shows the key this once', async () => {
    const expiresAt = '2999-01-01T00:00:00.000Z'
    const { status, json } = await api.ask('POST /v1/api-keys', {
      body: { name: 'billing', scopes: ['emit', 'read'], tenant: 'acme', expiresAt },
    })
    expect(status).toBe(201)
    const { key, ...shown } = json
    expect(key).toMatch(KEY_FORM)
    expect(shown).toEqual({
      id: `key_${key.slice(4, 30)}`,
      name: 'billing',
      scopes: ['emit', 'read'],
      tenant: 'acme',
      expiresAt,
      lastUsedAt: null,
      createdAt: expect.any(String),
    })
    expect((await api.ask(`GET /v1/api-keys/${shown.id}`)).json).toEqual(shown)
    expect((await api.ask('GET /v1/api-keys')).json.data).toContainEqual(shown)
  })

  it('sent again with its Idempotency-Key makes no second key, and shows the first again', async () => {
    const request = { body: { name: 'once', scopes: ['read'] }, headers: { 'Idempotency-Key': 'one key' } }
    const first = await api.ask('POST /v1/api-keys', request)
    const again = await api.ask('POST /v1/api-keys', request)
    expect(again.text).toBe(first.text)
    const { data } = (await api.ask('GET /v1/api-keys?limit=250')).json
    expect(data.filter(({ name }: { name: string }) => name === 'once')).toHaveLength(1)
  })

  it.each([
    [{ scopes: ['read'] }, 'name'],
    [{ name: '', scopes: ['read'] }, 'name'],
    [{ name: 'x' }, 'scopes'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['root'] }, 'scopes[0]'],
    [{ name: 'x', scopes: ['read'], tenant: 'a b' }, 'tenant'],
    [{ name: 'x', scopes: ['read'], expiresAt: '2000-01-01T00:00:00Z' }, 'expiresAt'],
    [{ name: 'x', scopes: ['read'], tenantId: 'acme' }, 'tenantId'],
  ])('refuses %j, and says where', async (body, path) => {
    const { status, json } = await api.ask('POST /v1/api-keys', { body })
    expect([status, json.code, json.errors[0].path]).toEqual([422, 'validation_failed', path])
  })

  it('for a tenant that is not there is 404', async () => {
    const body = { name: 'x', scopes: ['read'], tenant: 'nobody' }
    expect(await api.ask('POST /v1/api-keys', { body })).toMatchObject({ status: 404 })
  })
})

describe('a key', () => {
  it('without the scope is told which it needs', async () => {
    const { key } = await create({ name: 'emitter', scopes: ['emit'] })
    expect(await api.ask('GET /v1/tenants/acme/events', as(key))).toMatchObject({
      status: 403,
      json: { code: 'forbidden', detail: expect.stringContaining('"read"') },
    })
  })

  it('of a tenant emits batches, of which what is for others is refused as if they were not there', async () => {
    const { key } = await create({ name: 'emitter', scopes: ['emit'], tenant: 'acme' })
    const event = (tenant: string) => ({ tenant, type: 'a', data: {} })
    const { status, json } = await api.ask('POST /v1/events', {
      body: { events: ['acme', 'other', 'nobody', 'acme'].map(event) },
      ...as(key),
    })
    expect(status).toBe(202)
    const [first, foreign, absent, last] = json.data
    expect([first.tenantId, last.tenantId]).toEqual(['acme', 'acme'])
    expect(foreign).toEqual({ error: expect.objectContaining({ status: 404, code: 'not_found' }) })
    expect(foreign).toEqual(absent)
    expect((await api.ask('GET /v1/tenants/other/events')).json.data).toEqual([])
  })

  it('of a tenant cannot make keys, and so none that sees more, whatever its scope', async () => {
    const { key } = await create({ name: 'boss of acme', scopes: ['admin'], tenant: 'acme' })
    const body = { name: 'boss of all', scopes: ['admin'] }
    expect(await api.ask('POST /v1/api-keys', { body, ...as(key) })).toMatchObject({
      status: 404,
      json: { code: 'route_not_found' },
    })
  })

  it('has Idempotency-Keys of its own', async () => {
    const keys = [
      await create({ name: 'one', scopes: ['emit'] }),
      await create({ name: 'two', scopes: ['emit'] }),
    ]
    const ids = []
    for (const { key } of keys) {
      const { json } = await api.ask('POST /v1/tenants/acme/events', {
        body: { type: 'a', data: {} },
        headers: { Authorization: `Bearer ${key}`, 'Idempotency-Key': 'the same' },
      })
      ids.push(json.id)
    }
    expect(new Set(ids).size).toBe(2)
  })

  it('shows when it was last used', async () => {
    const { id, key } = await create({ name: 'used', scopes: ['read'] })
    await api.ask('GET /v1/tenants', as(key))
    await expect
      .poll(async () => (await api.ask(`GET /v1/api-keys/${id}`)).json.lastUsedAt)
      .toMatch(/^\d{4}-.*Z$/)
  })
})

describe('DELETE /v1/api-keys/{id}', () => {
  it('ends a key at once, for good', async () => {
    const { id, key } = await create({ name: 'short-lived', scopes: ['read'] })
    expect(await api.ask('GET /v1/tenants', as(key))).toMatchObject({ status: 200 })
    expect(await api.ask(`DELETE /v1/api-keys/${id}`)).toMatchObject({ status: 204, text: '' })
    expect(await api.ask('GET /v1/tenants', as(key))).toMatchObject({ status: 401 })
    for (const request of [`GET /v1/api-keys/${id}`, `DELETE /v1/api-keys/${id}`])
      expect(await api.ask(request)).toMatchObject({ status: 404, json: { detail: 'No such api key.' } })
  })
})

it('a route that does not say who may call it does not compile', () => {
  const route = { method: 'get', path: '/v1/open', responses: {} } as const
  // @ts-expect-error: it has no scope.
  const silent = () => createRoute(route)
  // @ts-expect-error: there is no such scope.
  const mistaken = () => createRoute({ ...route, scope: 'everything' })
  const added = (plain: ReturnType<typeof describeRoute>) =>
    // @ts-expect-error: nor can one be added that was described without.
    addRoute(api.api, plain, () => new Response())
  // The compiler is the judge; nothing is to be run.
  expect([silent, mistaken, added]).toHaveLength(3)
})
