import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let endpointId: string
beforeAll(async () => {
  api = await createTestApi()
  endpointId = (await api.tenant('acme')).endpointId
  await api.tenant('other')
})
afterAll(() => api.close())

const path = '/v1/tenants/acme/portal-sessions'
const open = async (body?: object) => (await api.ask(`POST ${path}`, { body })).json
const as = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

describe('POST /v1/tenants/{tenant}/portal-sessions', () => {
  it('gives a link with a token in its fragment, for an hour unless told', async () => {
    const { status, json } = await api.ask(`POST ${path}`)
    expect(status).toBe(201)
    expect(json).toEqual({
      id: expect.stringMatching(/^pss_/),
      tenantId: 'acme',
      readOnly: false,
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      url: `http://localhost/portal#token=${json.token}`,
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    })
    const lasts = Date.parse(json.expiresAt) - Date.now()
    expect(lasts).toBeGreaterThan(3_500_000)
    expect(lasts).toBeLessThanOrEqual(3_600_000)
  })

  it('links to where people reach the installation, when that is said', async () => {
    const own = await createTestApi({ publicUrl: 'https://hooks.example/ringback' })
    await own.tenant('acme')
    const { json } = await own.ask(`POST ${path}`)
    expect(json.url).toBe(`https://hooks.example/ringback/portal#token=${json.token}`)
    await own.close()
  })

  it('sent again with its Idempotency-Key opens no second session', async () => {
    const request = { headers: { 'Idempotency-Key': 'one session' } }
    const first = await api.ask(`POST ${path}`, request)
    expect((await api.ask(`POST ${path}`, request)).text).toBe(first.text)
  })

  it.each([
    [{ expiresInSeconds: 86_401 }, 'expiresInSeconds'],
    [{ expiresInSeconds: 0 }, 'expiresInSeconds'],
    [{ expiresInSeconds: 1.5 }, 'expiresInSeconds'],
    [{ readOnly: 'yes' }, 'readOnly'],
    [{ tenant: 'other' }, 'tenant'],
  ])('refuses %j, and says where', async (body, where) => {
    const { status, json } = await api.ask(`POST ${path}`, { body })
    expect([status, json.errors[0].path]).toEqual([422, where])
  })

  it('for a tenant that is not there is 404', async () => {
    expect(await api.ask('POST /v1/tenants/nobody/portal-sessions')).toMatchObject({ status: 404 })
  })
})

describe('a session', () => {
  it('looks at its tenant and manages it', async () => {
    const { token } = await open()
    const endpoint = `/v1/tenants/acme/endpoints/${endpointId}`
    expect(await api.ask(`GET ${endpoint}`, as(token))).toMatchObject({ status: 200 })
    const change = { body: { description: 'by its owner' }, ...as(token) }
    expect(await api.ask(`PATCH ${endpoint}`, change)).toMatchObject({ status: 200 })
    expect(await api.ask('GET /v1/tenants/acme', as(token))).toMatchObject({ status: 200 })
  })

  it('that is read-only looks, but not at secrets, and changes nothing', async () => {
    const { token } = await open({ readOnly: true })
    const endpoint = `/v1/tenants/acme/endpoints/${endpointId}`
    expect(await api.ask(`GET ${endpoint}`, as(token))).toMatchObject({ status: 200 })
    for (const request of [
      `GET ${endpoint}/secret`,
      `POST ${endpoint}/disable`,
      `PATCH ${endpoint}`,
      `DELETE ${endpoint}`,
      'POST /v1/tenants/acme/endpoints',
    ])
      expect(await api.ask(request, as(token)), request).toMatchObject({ status: 403 })
  })

  it('neither emits, nor changes its tenant, nor opens more sessions', async () => {
    const { token } = await open()
    for (const request of [
      'POST /v1/tenants/acme/events',
      'POST /v1/events',
      'PUT /v1/tenants/acme',
      'DELETE /v1/tenants/acme',
      `POST ${path}`,
      `GET ${path}`,
    ])
      expect(await api.ask(request, as(token)), request).toMatchObject({ status: 403 })
  })

  it('sees nothing of the installation', async () => {
    const { token } = await open()
    for (const request of ['GET /v1/tenants', 'GET /v1/event-types'])
      expect(await api.ask(request, as(token)), request).toMatchObject({ status: 404 })
  })

  it('is listed without its token until it is revoked, and refused from then on', async () => {
    const { id, token, url: _, ...shown } = await open()
    const listed = async () => (await api.ask(`GET ${path}`)).json.data
    expect(await listed()).toContainEqual({ id, ...shown })
    expect(await api.ask('GET /v1/tenants/acme', as(token))).toMatchObject({ status: 200 })

    expect(await api.ask(`DELETE /v1/tenants/other/portal-sessions/${id}`)).toMatchObject({ status: 404 })
    expect(await api.ask(`DELETE ${path}/${id}`)).toMatchObject({ status: 204 })
    expect(await api.ask('GET /v1/tenants/acme', as(token))).toMatchObject({ status: 401 })
    expect(await listed()).not.toContainEqual({ id, ...shown })
    expect(await api.ask(`DELETE ${path}/${id}`)).toMatchObject({
      status: 404,
      json: { detail: 'No such portal session.' },
    })
  })
})
