import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveKey, openPortal } from '../isolation/world.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

let tenants = 0
async function newTenant(): Promise<string> {
  const tenant = `tenant-${++tenants}`
  await api.ask(`PUT /v1/tenants/${tenant}`)
  return tenant
}

const as = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

async function register(tenant: string, body: object = {}, key?: string) {
  const answer = await api.ask(`POST /v1/tenants/${tenant}/endpoints`, {
    body: { url: 'https://example.com/', ...body },
    ...(key && as(key)),
  })
  return answer.json
}

describe('an entry', () => {
  it('tells a change from what to what, by whom, by which request', async () => {
    const tenant = await newTenant()
    const { id } = await register(tenant, { rateLimit: { perSecond: 5 }, maxInFlight: 3 })
    const { headers } = await api.ask(`PATCH /v1/tenants/${tenant}/endpoints/${id}`, {
      body: { rateLimit: { perSecond: 9 }, description: 'changed', maxInFlight: 3 },
      headers: { 'X-Request-Id': 'change-4711' },
    })
    const { json } = await api.ask(`GET /v1/audit-log?target=${id}&limit=1`)
    expect(json.data).toEqual([
      {
        id: expect.stringMatching(/^aud_/),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/),
        action: 'endpoint.updated',
        tenantId: tenant,
        target: { kind: 'endpoint', id },
        actor: { kind: 'admin', id: null, name: null },
        before: { description: null, rateLimit: { perSecond: 5 } },
        after: { description: 'changed', rateLimit: { perSecond: 9 } },
        requestId: 'change-4711',
      },
    ])
    expect(headers.get('X-Request-Id')).toBe('change-4711')
    expect(Math.abs(Date.parse(json.data[0].at) - Date.now())).toBeLessThan(60_000)
  })

  it('says that the value of a header was changed, and not to what', async () => {
    const tenant = await newTenant()
    const { id } = await register(tenant, { headers: { 'x-token': 'the first' } })
    await api.ask(`PATCH /v1/tenants/${tenant}/endpoints/${id}`, {
      body: { headers: { 'x-token': 'the second', 'x-more': 'the third' } },
    })
    await api.ask(`DELETE /v1/tenants/${tenant}/endpoints/${id}`)
    const { json, text } = await api.ask(`GET /v1/audit-log?target=${id}`)
    expect(text).not.toMatch(/the (first|second|third)/)
    expect(json.data).toMatchObject([
      {
        action: 'endpoint.deleted',
        before: { headers: { 'x-token': '[redacted]', 'x-more': '[redacted]' } },
      },
      {
        action: 'endpoint.updated',
        before: { headers: { 'x-token': '[redacted]' } },
        after: { headers: { 'x-token': '[redacted]', 'x-more': '[redacted]' } },
      },
      { action: 'endpoint.created', after: { headers: { 'x-token': '[redacted]' } } },
    ])
  })

  it('says nothing of a header whose value was left as it is', async () => {
    const tenant = await newTenant()
    const { id } = await register(tenant, { headers: { 'x-token': 'the first' } })
    const path = `/v1/tenants/${tenant}/endpoints/${id}`
    const count = async () => (await api.ask(`GET /v1/audit-log?target=${id}`)).json.data.length
    expect((await api.ask(`PATCH ${path}`, { body: { headers: { 'x-token': '[redacted]' } } })).status).toBe(
      200,
    )
    expect(await count()).toBe(1)
    await api.ask(`PATCH ${path}`, { body: { headers: { 'x-token': 'the first' } } })
    expect(await count()).toBe(2)
  })

  it('of a secret holds none', async () => {
    const tenant = await newTenant()
    const { id, secret } = await register(tenant)
    const path = `/v1/tenants/${tenant}/endpoints/${id}/secret`
    const rotated = await api.ask(`POST ${path}/rotate`, { body: { graceSeconds: 60 } })
    await api.ask(`GET ${path}`)
    const { json, text } = await api.ask(`GET /v1/audit-log?tenant=${tenant}`)
    expect(json.data.map(({ action }: { action: string }) => action)).toEqual([
      'endpoint.secret_revealed',
      'endpoint.secret_rotated',
      'endpoint.created',
      'tenant.created',
    ])
    expect(json.data[1]).toMatchObject({ before: null, after: { graceSeconds: 60 } })
    for (const one of [secret, rotated.json.secret]) expect(text).not.toContain(one)
  })

  it('of a key or a session holds nothing of its text', async () => {
    const tenant = await newTenant()
    const { id, key } = await giveKey(api, ['read'], tenant)
    const { token } = await openPortal(api, tenant)
    await api.ask(`DELETE /v1/api-keys/${id}`)
    const { json, text } = await api.ask(`GET /v1/audit-log?tenant=${tenant}`)
    expect(json.data).toMatchObject([
      { action: 'api_key.revoked', before: { name: 'given', scopes: ['read'], tenant }, after: null },
      { action: 'portal_session.created', after: { readOnly: false } },
      { action: 'api_key.created', target: { kind: 'api_key', id } },
      { action: 'tenant.created' },
    ])
    for (const one of [key, token]) expect(text).not.toContain(one.slice(40))
  })
})

describe("a tenant's list", () => {
  it('shows its people who did what; of the operator, no more than the kind', async () => {
    const tenant = await newTenant()
    const { id: operatorsId, key: operators } = await giveKey(api, ['admin'])
    const own = await giveKey(api, ['manage'], tenant)
    const session = await openPortal(api, tenant)
    await register(tenant)
    await register(tenant, {}, operators)
    await register(tenant, {}, own.key)
    await register(tenant, {}, session.token)

    const path = `/v1/tenants/${tenant}/audit-log`
    const shown = await api.ask(`GET ${path}?action=endpoint.created`, as(session.token))
    expect(shown.json.data.map(({ actor }: { actor: unknown }) => actor)).toEqual([
      { kind: 'portal', id: session.id, name: null },
      { kind: 'key', id: own.id, name: 'given' },
      { kind: 'key', id: null, name: null },
      { kind: 'admin', id: null, name: null },
    ])
    const toOperator = await api.ask(`GET ${path}?action=endpoint.created&actor=key`, as(operators))
    expect(toOperator.json.data.map(({ actor }: { actor: unknown }) => actor)).toEqual([
      { kind: 'key', id: own.id, name: 'given' },
      { kind: 'key', id: operatorsId, name: 'given' },
    ])
    expect((await api.ask(`GET ${path}?actor=${operatorsId}`, as(session.token))).json.data).toEqual([])
    expect((await api.ask(`GET ${path}?actor=${own.id}`, as(session.token))).json.data).toHaveLength(1)
  })

  it('tells its people nothing of keys', async () => {
    const tenant = await newTenant()
    await giveKey(api, ['read'], tenant)
    const { token } = await openPortal(api, tenant, true)
    const path = `/v1/tenants/${tenant}/audit-log`
    const actions = (json: { data: { action: string }[] }) => json.data.map(({ action }) => action)
    expect(actions((await api.ask(`GET ${path}`, as(token))).json)).toEqual([
      'portal_session.created',
      'tenant.created',
    ])
    expect(actions((await api.ask(`GET ${path}`)).json)).toContain('api_key.created')
  })

  it('holds nothing of another tenant', async () => {
    const [mine, theirs] = [await newTenant(), await newTenant()]
    await register(theirs)
    const { json } = await api.ask(`GET /v1/tenants/${mine}/audit-log`)
    expect(json.data).toMatchObject([{ action: 'tenant.created', tenantId: mine }])
  })

  it('is 404 for a tenant that is not there; the list over all still tells what became of it', async () => {
    const tenant = await newTenant()
    await api.ask(`DELETE /v1/tenants/${tenant}`)
    expect((await api.ask(`GET /v1/tenants/${tenant}/audit-log`)).status).toBe(404)
    expect((await api.ask(`GET /v1/audit-log?tenant=${tenant}`)).json.data).toHaveLength(2)
  })
})

describe('the lists', () => {
  it('come in pages, the newest first, with no entry twice and none left out', async () => {
    const tenant = await newTenant()
    for (let i = 0; i < 6; i++) await register(tenant)
    const whole = (await api.ask(`GET /v1/audit-log?tenant=${tenant}`)).json
    expect(whole).toMatchObject({ nextCursor: null })
    expect(whole.data).toHaveLength(7)
    for (const list of [`/v1/audit-log?tenant=${tenant}&`, `/v1/tenants/${tenant}/audit-log?`]) {
      const seen: unknown[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { json }: { json: { data: unknown[]; nextCursor: string | null } } = await api.ask(
          `GET ${list}limit=3${cursor && `&cursor=${cursor}`}`,
        )
        seen.push(...json.data)
        cursor = json.nextCursor
      }
      expect(seen).toEqual(whole.data)
    }
  })

  it('are cut by time', async () => {
    const tenant = await newTenant()
    const { at } = (await api.ask(`GET /v1/audit-log?tenant=${tenant}`)).json.data[0]
    const count = async (query: string) =>
      (await api.ask(`GET /v1/audit-log?tenant=${tenant}&${query}`)).json.data.length
    expect(await count(`after=${at}`)).toBe(1)
    expect(await count(`before=${at}`)).toBe(0)
  })

  it.each([
    ['limit=0', 422],
    ['colour=blue', 422],
    ['action=endpoint.exploded', 422],
    ['actor=somebody', 422],
    ['actor=ep_01h455vb4pex5vsknk084sn02q', 422],
    ['target=', 422],
    ['after=yesterday', 422],
    ['action=endpoint.created&action=endpoint.deleted', 422],
    ['cursor=made-up', 400],
  ])('refuse ?%s', async (query, status) => {
    const tenant = await newTenant()
    for (const path of ['/v1/audit-log', `/v1/tenants/${tenant}/audit-log`])
      expect((await api.ask(`GET ${path}?${query}`)).status, path).toBe(status)
  })

  it('refuse the cursor of another list, and the tenant in a list of one tenant', async () => {
    const tenant = await newTenant()
    await register(tenant)
    const { nextCursor } = (await api.ask(`GET /v1/audit-log?tenant=${tenant}&limit=1`)).json
    expect((await api.ask(`GET /v1/audit-log?limit=1&cursor=${nextCursor}`)).status).toBe(400)
    expect((await api.ask(`GET /v1/tenants/${tenant}/audit-log?tenant=${tenant}`)).status).toBe(422)
  })
})
