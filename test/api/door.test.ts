import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

describe('every request', () => {
  it('gets a request id, its own if it brought one', async () => {
    const fresh = await api.ask('GET /livez')
    expect(fresh.headers.get('X-Request-Id')).toMatch(/^[\w-]{36}$/)
    const brought = await api.ask('GET /livez', { headers: { 'X-Request-Id': 'mine-1' } })
    expect(brought.headers.get('X-Request-Id')).toBe('mine-1')
  })

  it('is answered with headers that keep a browser from running or keeping it, errors included', async () => {
    for (const request of ['GET /livez', 'GET /nowhere', 'GET /v1/tenants/nobody/events']) {
      const { headers } = await api.ask(request)
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    }
  })

  it('to a path that is not there is a problem', async () => {
    const { status, headers, json } = await api.ask('GET /v1/nowhere')
    expect(status).toBe(404)
    expect(headers.get('Content-Type')).toBe('application/problem+json')
    expect(json).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: expect.stringContaining('/v1/nowhere'),
      code: 'route_not_found',
      errors: [],
    })
  })

  it('with a method that its path does not take is told the ones that it does', async () => {
    const { status, headers, json } = await api.ask('DELETE /v1/tenants/acme/events')
    expect(status).toBe(405)
    expect(json.code).toBe('method_not_allowed')
    expect(headers.get('Allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST'])
  })

  it('HEAD is answered as GET, without a body', async () => {
    expect(await api.ask('HEAD /livez')).toMatchObject({ status: 200, text: '' })
  })
})

/** The key is what these are about. */
const SIGNING = new Set(['POST /v1/session', 'DELETE /v1/session'])

describe('a key', () => {
  it('is needed on every route under /v1, whether or not the thing is there', async () => {
    const routes = api.api.routes.filter(
      ({ path, method }) => path.startsWith('/v1/') && method !== 'ALL' && !SIGNING.has(`${method} ${path}`),
    )
    expect(routes.length).toBeGreaterThan(5)
    for (const { method, path } of routes) {
      const answer = await api.ask(`${method} ${path}`, { headers: { Authorization: '' } })
      expect([answer.status, answer.json.code], `${method} ${path}`).toEqual([401, 'unauthorized'])
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer')
    }
  })

  it('that is wrong is answered like none', async () => {
    const none = await api.ask('GET /v1/tenants/acme/events', { headers: { Authorization: '' } })
    const wrong = await api.ask('GET /v1/tenants/acme/events', { headers: { Authorization: 'Bearer wrong' } })
    expect(wrong.status).toBe(401)
    expect(wrong.text).toBe(none.text)
  })

  it('is asked for before the body is read', async () => {
    const { status } = await api.ask('POST /v1/events', {
      body: '{',
      headers: { Authorization: 'Bearer wrong' },
    })
    expect(status).toBe(401)
  })

  it.each(['/livez', '/readyz', '/openapi.json', '/docs'])('is not needed for %s', async (path) => {
    expect(await api.ask(`GET ${path}`, { headers: { Authorization: '' } })).toMatchObject({ status: 200 })
  })
})

describe('validation', () => {
  it('names every fault by its path', async () => {
    const { status, json } = await api.ask(
      'GET /v1/tenants/acme/deliveries?limit=251&status=lost&after=yesterday',
    )
    expect(status).toBe(422)
    expect(json.code).toBe('validation_failed')
    expect(json.errors.map((fault: { path: string }) => fault.path).sort()).toEqual([
      'after',
      'limit',
      'status',
    ])
  })

  it('refuses an unknown parameter: it is a typing error, mostly', async () => {
    const { status, json } = await api.ask('GET /v1/tenants/acme/deliveries?stauts=failed')
    expect(status).toBe(422)
    expect(json.errors).toEqual([{ path: 'stauts', message: 'unknown field' }])
  })

  it('refuses a parameter given twice', async () => {
    const { json } = await api.ask('GET /v1/tenants/acme/events?type=a&type=b')
    expect(json.errors).toMatchObject([{ path: 'type' }])
  })

  it('refuses text that Postgres cannot keep, in a query as in a path', async () => {
    await api.tenant('acme')
    expect(await api.ask('GET /v1/tenants/acme/events?type=a%00b')).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'type' }] },
    })
    expect(await api.ask('GET /v1/tenants/a%00b/events')).toMatchObject({ status: 404 })
  })

  it('answers an id that cannot be one like one that is not there', async () => {
    await api.tenant('acme')
    const absent = await api.ask('GET /v1/tenants/acme/deliveries/dlv_01kjq0000000000000000000aa')
    for (const id of ['dlv_1', 'evt_01kjq0000000000000000000aa', "'; drop table tenants", '%00', '%ff']) {
      const answer = await api.ask(`GET /v1/tenants/acme/deliveries/${encodeURI(id)}`)
      expect([answer.status, answer.text], id).toEqual([404, absent.text])
    }
  })
})
