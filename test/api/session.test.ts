import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBrowserSessions } from '../../src/access/browser-session.ts'
import { DAY, HOUR } from '../../src/duration.ts'
import { ADMIN_KEY, createTestApi, type TestAnswer, type TestApi } from './test-api.ts'

let now = Date.now()
const clock = { now: () => now }
let api: TestApi
beforeAll(async () => {
  api = await createTestApi({ clock })
  await api.tenant('acme')
  await api.tenant('other')
})
beforeEach(() => {
  now = Date.now()
})
afterAll(() => api.close())

/** As a page of ours asks: no bearer, what the browser says of itself, and a cookie. */
const PAGE = {
  Authorization: '',
  Host: 'localhost',
  Origin: 'http://localhost',
  'Sec-Fetch-Site': 'same-origin',
}

const giveKey = async (body: object = {}) =>
  (await api.ask('POST /v1/api-keys', { body: { name: 'a key', scopes: ['read'], ...body } })).json
const openPortal = async (body: object = {}) =>
  (await api.ask('POST /v1/tenants/acme/portal-sessions', { body })).json

const signIn = (token: string, of = api) => of.ask('POST /v1/session', { body: { token }, headers: PAGE })

/** The cookie that an answer sets, as the browser sends it again, and with all that is said of it. */
function cookieOf({ headers }: TestAnswer) {
  const [line] = headers.getSetCookie()
  return { line: line!, pair: line!.split(';')[0]! }
}

/** What a browser would send on. */
const withCookie = (answer: TestAnswer, face: string, headers: Record<string, string> = {}) => ({
  headers: { ...withoutBearer, 'Ringback-Face': face, Cookie: cookieOf(answer).pair, ...headers },
})
const { Authorization: _none, ...withoutBearer } = PAGE

/** As `api.ask`, which adds the admin key: a cookie counts where there is no bearer alone. */
async function browse(request: string, headers: Record<string, string>, body?: unknown) {
  const [method = '', path = ''] = request.split(' ')
  const response = await api.api.request(path, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
}

describe('signing in', () => {
  it("with the operator's key", async () => {
    const answer = await signIn(ADMIN_KEY)
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      kind: 'operator',
      tenant: null,
      scopes: ['admin'],
      readOnly: false,
      expiresAt: new Date(now + DAY).toISOString(),
      name: null,
    })
    const { line } = cookieOf(answer)
    expect(line).toMatch(/^ringback_session=[\w-]+; Max-Age=86400; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(line).not.toContain(ADMIN_KEY)
  })

  it('with an API key, for as long as that lasts', async () => {
    const expiresAt = new Date(now + HOUR).toISOString()
    const { key } = await giveKey({ name: 'billing', tenant: 'acme', expiresAt })
    const answer = await signIn(key)
    const shown = {
      kind: 'key',
      tenant: 'acme',
      scopes: ['read'],
      readOnly: true,
      expiresAt,
      name: 'billing',
    }
    expect(answer.json).toEqual(shown)
    expect(cookieOf(answer).line).toMatch(/^ringback_session=.*; Max-Age=3600;/)
  })

  it('with a portal token, which has a cookie of its own', async () => {
    const { token, expiresAt } = await openPortal()
    const answer = await signIn(token)
    expect(answer.json).toEqual({
      kind: 'portal',
      tenant: 'acme',
      scopes: ['read', 'manage'],
      readOnly: false,
      expiresAt,
      name: null,
    })
    expect(cookieOf(answer).line).toMatch(/^ringback_portal=.*; Path=\/; HttpOnly; SameSite=Strict$/)
  })

  it('is refused with what is no key', async () => {
    for (const token of ['wrong', 'rbk_x', `${ADMIN_KEY} `]) {
      const answer = await signIn(token)
      expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } })
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect(await api.ask('POST /v1/session', { body: {}, headers: PAGE })).toMatchObject({ status: 422 })
    const long = { token: 'x'.repeat(10_000) }
    expect(await api.ask('POST /v1/session', { body: long, headers: PAGE })).toMatchObject({ status: 413 })
  })

  it('is refused from a page of another origin', async () => {
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]) {
      const answer = await api.ask('POST /v1/session', {
        body: { token: ADMIN_KEY },
        headers: { ...PAGE, ...headers },
      })
      expect(answer).toMatchObject({ status: 403, json: { code: 'cross_origin' } })
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })
})

describe('cookies', () => {
  it('go over HTTPS alone where people reach the installation so', async () => {
    const own = await createTestApi({ publicUrl: 'https://hooks.example' })
    expect(cookieOf(await signIn(ADMIN_KEY, own)).line).toMatch(/; HttpOnly; Secure; SameSite=Strict$/)
    await own.close()
  })

  it('of the portal are kept inside pages of others where that is allowed; the operator’s never', async () => {
    const own = await createTestApi({ frameAncestors: ['https://app.example'] })
    await own.tenant('acme')
    const { token } = (await own.ask('POST /v1/tenants/acme/portal-sessions', { body: {} })).json
    expect(cookieOf(await signIn(token, own)).line).toMatch(/; HttpOnly; Secure; SameSite=None; Partitioned$/)
    expect(cookieOf(await signIn(ADMIN_KEY, own)).line).toMatch(/; HttpOnly; SameSite=Strict$/)
    await own.close()
  })

  it('do what their key does, and show when they end', async () => {
    const answer = await signIn(ADMIN_KEY)
    const { headers } = withCookie(answer, 'operator')
    expect(await browse('GET /v1/session', headers)).toEqual({ status: 200, json: answer.json })
    expect(await browse('PUT /v1/tenants/made', headers, {})).toMatchObject({ status: 201 })
    now += DAY
    expect(await browse('GET /v1/session', headers)).toMatchObject({ status: 401 })
  })

  it('give their key nothing that it may not do', async () => {
    const { token } = await openPortal({ readOnly: true })
    const { headers } = withCookie(await signIn(token), 'portal')
    expect(await browse('GET /v1/tenants/acme/endpoints', headers)).toMatchObject({ status: 200 })
    expect(await browse('GET /v1/tenants/other/endpoints', headers)).toMatchObject({ status: 404 })
    expect(await browse('GET /v1/tenants', headers)).toMatchObject({ status: 404 })
    const body = { url: 'https://receiver.example/' }
    expect(await browse('POST /v1/tenants/acme/endpoints', headers, body)).toMatchObject({ status: 403 })
  })

  it('are good for nothing once their key is revoked', async () => {
    const { id, key } = await giveKey()
    const { headers } = withCookie(await signIn(key), 'operator')
    expect(await browse('GET /v1/tenants', headers)).toMatchObject({ status: 200 })
    await api.ask(`DELETE /v1/api-keys/${id}`)
    expect(await browse('GET /v1/tenants', headers)).toMatchObject({ status: 401 })
  })

  it('of both faces stand beside each other: the request says which one it means', async () => {
    const both = [await signIn(ADMIN_KEY), await signIn((await openPortal()).token)]
      .map((answer) => cookieOf(answer).pair)
      .join('; ')
    const kindBy = async (headers: Record<string, string>) =>
      (await browse('GET /v1/session', { Cookie: both, ...headers })).json.kind
    expect(await kindBy({ 'Ringback-Face': 'operator' })).toBe('operator')
    expect(await kindBy({ 'Ringback-Face': 'portal' })).toBe('portal')
    expect(await kindBy({})).toBe('operator')
  })

  it('of one face are none of the other', async () => {
    const { pair } = cookieOf(await signIn((await openPortal()).token))
    const Cookie = pair.replace('ringback_portal', 'ringback_session')
    expect(await browse('GET /v1/session', { Cookie })).toMatchObject({ status: 401 })
    const headers = { Cookie: pair, 'Ringback-Face': 'operator' }
    expect(await browse('GET /v1/session', headers)).toMatchObject({ status: 401 })
  })

  it('count where there is no bearer alone', async () => {
    const { headers } = withCookie(await signIn(ADMIN_KEY), 'operator')
    const { key } = await giveKey({ tenant: 'acme' })
    const asked = (Authorization: string) => browse('GET /v1/session', { ...headers, Authorization })
    expect((await asked(`Bearer ${key}`)).json.kind).toBe('key')
    expect((await asked('Bearer wrong')).status).toBe(401)
  })

  it('that others made, or that were changed, are refused', async () => {
    const { pair } = cookieOf(await signIn(ADMIN_KEY))
    const foreign = createBrowserSessions([randomBytes(32)]).seal('operator', {
      credential: ADMIN_KEY,
      expiresAt: new Date(now + DAY),
    })
    for (const Cookie of [`${pair}A`, pair.slice(0, -1), 'ringback_session=x', `ringback_session=${foreign}`])
      expect(await browse('GET /v1/session', { Cookie }), Cookie).toMatchObject({ status: 401 })
  })

  it('are cleared, each by its face, when somebody signs out', async () => {
    const out = async (headers: Record<string, string>) =>
      (await api.ask('DELETE /v1/session', { headers: { ...PAGE, ...headers } })).headers.getSetCookie()
    expect(await out({ 'Ringback-Face': 'portal' })).toEqual([
      'ringback_portal=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict',
    ])
    expect(await out({})).toEqual(['ringback_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict'])
    expect(await out({ Origin: 'https://evil.example' })).toEqual([])
  })
})

describe('a request by cookie that another site has a browser send', () => {
  let headers: Record<string, string>
  beforeAll(async () => {
    ;({ headers } = withCookie(await signIn(ADMIN_KEY), 'operator'))
  })
  const without = (name: string) =>
    Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name))
  const FORBIDDEN = { status: 403, json: { code: 'cross_origin' } }
  const forge = (forged: Record<string, string>) => browse('PUT /v1/tenants/forged', forged, {})

  it.each([
    ['from another origin', { Origin: 'https://evil.example' }],
    ['from the same host on another port', { Origin: 'http://localhost:8080' }],
    ['from a sandboxed frame', { Origin: 'null' }],
    ['with an origin that is none', { Origin: 'localhost' }],
    ['from another site, as the browser says', { 'Sec-Fetch-Site': 'cross-site' }],
    ['from a sibling host', { 'Sec-Fetch-Site': 'same-site' }],
    ['typed into the address bar', { 'Sec-Fetch-Site': 'none' }],
    ['with a face that is none', { 'Ringback-Face': 'both' }],
  ])('%s is refused', async (_, forged) => {
    expect(await forge({ ...headers, ...(forged as Record<string, string>) })).toMatchObject(FORBIDDEN)
  })

  it('without the header that no form can set is refused', async () => {
    expect(await forge(without('Ringback-Face'))).toMatchObject(FORBIDDEN)
  })

  it('that says nothing of where it comes from is refused', async () => {
    const { Origin: _, ...silent } = without('Sec-Fetch-Site')
    expect(await forge(silent)).toMatchObject(FORBIDDEN)
  })

  it.each(['POST /v1/tenants/acme/events', 'PATCH /v1/tenants/acme/endpoints/x', 'DELETE /v1/tenants/acme'])(
    'is refused for %s',
    async (request) => {
      expect(await browse(request, { ...headers, Origin: 'https://evil.example' })).toMatchObject(FORBIDDEN)
    },
  )

  it('changes nothing', async () => {
    expect(await api.ask('GET /v1/tenants/forged')).toMatchObject({ status: 404 })
    expect(await api.ask('GET /v1/tenants/acme')).toMatchObject({ status: 200 })
  })

  it('from a page of ours is taken by either of what the browser says', async () => {
    expect(await forge(without('Origin'))).toMatchObject({ status: 201 })
    expect(await forge(without('Sec-Fetch-Site'))).toMatchObject({ status: 200 })
  })

  it('from the public URL is taken, whatever a proxy made of the host', async () => {
    const own = await createTestApi({ publicUrl: 'https://hooks.example/ringback' })
    const { pair } = cookieOf(await signIn(ADMIN_KEY, own))
    const send = (Origin: string) =>
      own.api.request('/v1/tenants/acme', {
        method: 'PUT',
        headers: { Cookie: pair, 'Ringback-Face': 'operator', Origin, Host: '10.0.0.7:4600' },
      })
    expect((await send('https://hooks.example')).status).toBe(201)
    expect((await send('http://hooks.example')).status).toBe(403)
    await own.close()
  })
})
