/** How many of a thing one tenant may have, also when they are asked for at the same moment. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../src/ids.ts'
import { createTestApi, type TestAnswer, type TestApi } from './test-api.ts'

const MOST = 3

let api: TestApi
beforeAll(async () => {
  api = await createTestApi({
    caps: { endpoints: MOST, apiKeys: MOST, portalSessions: MOST, recoveries: MOST },
  })
})
afterAll(() => api.close())

let tenant: string
beforeEach(async () => {
  tenant = newId('event')
  await api.ask(`PUT /v1/tenants/${tenant}`)
})

const endpoint = (of: string) =>
  api.ask(`POST /v1/tenants/${of}/endpoints`, { body: { url: 'https://receiver.example/' } })
const apiKey = (of: string | null) =>
  api.ask('POST /v1/api-keys', { body: { name: 'a key', scopes: ['read'], tenant: of } })
const portalSession = (of: string) => api.ask(`POST /v1/tenants/${of}/portal-sessions`)

describe.each([
  {
    things: 'endpoints',
    make: endpoint,
    code: 'too_many_endpoints',
    remove: (of: string, id: string) => `DELETE /v1/tenants/${of}/endpoints/${id}`,
  },
  {
    things: 'API keys',
    make: apiKey,
    code: 'too_many_api_keys',
    remove: (_of: string, id: string) => `DELETE /v1/api-keys/${id}`,
  },
  {
    things: 'portal sessions',
    make: portalSession,
    code: 'too_many_portal_sessions',
    remove: (of: string, id: string) => `DELETE /v1/tenants/${of}/portal-sessions/${id}`,
  },
])('of its $things a tenant', ({ make, code, remove }) => {
  const idOf = async ({ json }: TestAnswer): Promise<string> =>
    json.id ?? (await api.ask(`GET /v1/tenants/${tenant}/portal-sessions`)).json.data[0].id

  it('has so many at most, however many are asked for at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => make(tenant)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(MOST)
    const refused = answers.filter(({ status }) => status === 422)
    expect(refused).toHaveLength(12 - MOST)
    for (const { json } of refused) {
      expect(json.code).toBe(code)
      expect(json.detail).toMatch(new RegExp(`^A tenant has ${MOST} .* at most; `))
    }
  })

  it('may have another once one is gone, and hinders no other tenant', async () => {
    const [first] = await Promise.all([make(tenant), make(tenant), make(tenant)])
    expect((await make(tenant)).status).toBe(422)
    const stranger = newId('event')
    await api.ask(`PUT /v1/tenants/${stranger}`)
    expect((await make(stranger)).status).toBe(201)
    expect((await api.ask(remove(tenant, await idOf(first)))).status).toBe(204)
    expect((await make(tenant)).status).toBe(201)
    expect((await make(tenant)).status).toBe(422)
  })
})

it('keys that are bound to no tenant are not counted', async () => {
  for (let i = 0; i <= MOST; i++) expect((await apiKey(null)).status).toBe(201)
})

it('portal sessions that have run out are not counted', async () => {
  for (let i = 0; i < MOST; i++) await portalSession(tenant)
  await api.database.pool.query(
    `update ringback.portal_sessions set expires_at = now() - interval '1 second' where tenant_id = $1`,
    [tenant],
  )
  expect((await portalSession(tenant)).status).toBe(201)
})

it('endpoints, keys and sessions asked for at once all come to be: none waits for the other in a circle', async () => {
  const answers = await Promise.all(
    Array.from({ length: MOST }, () => [endpoint(tenant), apiKey(tenant), portalSession(tenant)]).flat(),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
})
