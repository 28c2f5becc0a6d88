import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY, createTestApi, type TestApi, textOf } from '../api/test-api.ts'
import { type Document, type Draft, drafts, plainDraft, routesOf, type World } from './requests.ts'

/** `RINGBACK_TEST_REQUESTS=10000` for the whole figure. */
const REQUESTS = Number(process.env.RINGBACK_TEST_REQUESTS ?? 2_000)

/** On one world, so that what one request does meets the next. */
const PER_WORLD = 20

let api: TestApi
let document: Document
beforeAll(async () => {
  api = await createTestApi()
  document = (await api.ask('GET /openapi.json')).json
  // No schema tells a key that is good.
  document.components.schemas.SignIn!.properties!.token!.example = ADMIN_KEY
})
afterAll(() => api.close())

test('the plainest request that the document makes of each operation is done', async () => {
  for (const [n, route] of routesOf(document).entries()) {
    const { status } = await answerTo(plainDraft(route, document), await makeWorld(`plain-${n}`))
    expect(status, `${route.method} ${route.path}`).toBeLessThan(300)
  }
}, 120_000)

test(`${REQUESTS} requests, good and broken, for every operation: no 5xx, each refusal a problem, each answer foretold`, async () => {
  const asked = new Map<string, Set<number>>()
  let worlds = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(drafts(document), { minLength: PER_WORLD, maxLength: PER_WORLD }),
      async (some) => {
        const world = await makeWorld(`world-${worlds++}`)
        for (const draft of some) {
          const { status } = await answerTo(draft, world)
          const name = `${draft.route.method} ${draft.route.path}`
          asked.set(name, (asked.get(name) ?? new Set()).add(status))
        }
      },
    ),
    { numRuns: Math.ceil(REQUESTS / PER_WORLD), endOnFailure: true, reporter },
  )

  expect([...asked.keys()].sort()).toEqual(
    routesOf(document)
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
  )
  // Not only refused: whatever was asked for was also done.
  const never = [...asked].filter(([, statuses]) => ![...statuses].some((status) => status < 300))
  expect(never).toEqual([])
}, 600_000)

/** What was asked and answered says more than the list that it stood in. */
function reporter({ failed, seed, errorInstance }: fc.RunDetails<[Draft[]]>): void {
  if (failed) throw new Error(`With the seed ${seed}`, { cause: errorInstance })
}

async function answerTo({ route, path, query, headers, body }: Draft, world: World): Promise<Response> {
  const filled = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encode(path[name] ?? world[name] ?? 'none'),
  )
  const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  const response = await api.api.request(search === '' ? filled : `${filled}?${search}`, {
    method: route.method,
    headers: asHeaders([['authorization', `Bearer ${ADMIN_KEY}`], ...headers]),
    ...(body !== undefined && { body }),
  })
  const text = await textOf(response)
  const said = `${route.method} ${filled} ${search} ${body?.slice(0, 2_000)}\n${response.status} ${text.slice(0, 2_000)}`

  expect(response.status, said).toBeLessThan(500)
  const foretold = [...Object.keys(route.operation.responses), ...ALWAYS_POSSIBLE]
  expect(foretold, said).toContain(`${response.status}`)
  expect(response.headers.get('x-content-type-options'), said).toBe('nosniff')
  expect(response.headers.get('content-security-policy'), said).toContain("default-src 'none'")
  const type = response.headers.get('content-type')
  if (response.status >= 400) {
    expect(type, said).toBe('application/problem+json')
    expect(JSON.parse(text), said).toMatchObject({
      status: response.status,
      code: expect.stringMatching(/^[a-z][a-z_]+$/),
      title: expect.any(String),
      detail: expect.any(String),
      errors: expect.any(Array),
    })
  } else if (type === 'text/event-stream') {
    expect(text, said).toMatch(/^retry: \d+\n\n/)
  } else if (response.status !== 204) {
    expect(type, said).toBe('application/json')
    JSON.parse(text)
  }
  return response
}

/** A path with something odd in it may be another path; a body that nobody asked for is read all the same. */
const ALWAYS_POSSIBLE = ['404', '405', '400', '415']

/** A half of a surrogate pair has no spelling in a URL. */
const encode = (text: string) => encodeURIComponent(Buffer.from(text).toString())

/** What HTTP cannot carry never reaches the API. */
function asHeaders(pairs: [string, string][]): Headers {
  const headers = new Headers()
  for (const [name, value] of pairs)
    try {
      headers.set(name, value)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
    }
  return headers
}

/** A tenant with one of everything. */
async function makeWorld(tenant: string): Promise<World> {
  const made = async (request: string, body: object) => (await api.ask(request, { body })).json
  await made(`PUT /v1/tenants/${tenant}`, {})
  const eventType = `${tenant}.made`
  await made(`PUT /v1/event-types/${eventType}`, {})
  const { id: endpoint } = await made(`POST /v1/tenants/${tenant}/endpoints`, { url: 'https://example.com/' })
  const { id: subscription } = await made(`POST /v1/tenants/${tenant}/endpoints/${endpoint}/subscriptions`, {
    eventTypes: ['x.*'],
  })
  const { id: event } = await made(`POST /v1/tenants/${tenant}/events`, { type: eventType, data: {} })
  const { deliveries } = (await api.ask(`GET /v1/tenants/${tenant}/events/${event}`)).json
  const { id: recovery } = await made(`POST /v1/tenants/${tenant}/recoveries`, {
    after: '2026-01-01T00:00:00Z',
  })
  const { id: portalSession } = await made(`POST /v1/tenants/${tenant}/portal-sessions`, {})
  const { rows } = await api.database.pool.query<{ seq: string }>(
    `insert into ringback.outbox (tenant_id, event, refused_at, problem)
     values ($1, 'none', now(), '{"status":422,"code":"x","detail":"x","errors":[]}') returning seq`,
    [tenant],
  )
  const { id: apiKey } = await made('POST /v1/api-keys', { name: tenant, scopes: ['read'] })
  return {
    tenant,
    eventType,
    endpoint,
    subscription,
    event,
    delivery: deliveries[0].id,
    recovery,
    portalSession,
    apiKey,
    refusedEvent: rows[0]!.seq,
  }
}
