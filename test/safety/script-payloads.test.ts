import { afterAll, beforeAll, expect, test } from 'vitest'
import { textOf } from '../api/test-api.ts'
import type { Accepted, Delivery, Endpoint } from '../setup/api.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { SCRIPT_PAYLOADS } from './script-payloads.ts'

let ringback: TestRingback
let receiver: Receiver
beforeAll(async () => {
  ringback = await startRingback()
  receiver = await startReceiver(({ body }) => {
    const { payload } = JSON.parse(body.toString()).data
    const note = payload.replace(/[^\t\x20-\x7e]/g, '')
    return { status: 200, headers: { 'content-type': 'text/html', 'x-note': note }, body: payload }
  })
})
afterAll(async () => {
  await ringback.stop()
  await receiver.close()
})

/** What a browser would be given that opens a path, as somebody who is signed in. */
async function opened(path: string) {
  const response = await fetch(new URL(path, ringback.url), {
    headers: { authorization: `Bearer ${ringback.key}`, accept: 'text/html' },
  })
  return { response, text: await textOf(response) }
}

/** Nothing that a browser would make a page of, or run: whatever it holds, it is data. */
function expectInert({ response, text }: Awaited<ReturnType<typeof opened>>): void {
  expect(response.headers.get('content-type'), response.url).toMatch(/^application\/(problem\+)?json$/)
  expect(response.headers.get('x-content-type-options'), response.url).toBe('nosniff')
  const policy = response.headers.get('content-security-policy')
  expect(policy, response.url).toBe("default-src 'none'; frame-ancestors 'none'")
  JSON.parse(text)
}

test(`${SCRIPT_PAYLOADS.length} scripts in every field of a tenant and a receiver come back as data`, async () => {
  expect(SCRIPT_PAYLOADS.length).toBe(200)
  const { api } = ringback
  const tenant = '/v1/tenants/acme'
  await api('PUT', tenant, { name: 'Acme' })
  const { id: endpoint } = await api<Endpoint>('POST', `${tenant}/endpoints`, { url: receiver.url })
  for (const payload of SCRIPT_PAYLOADS) {
    const path = encodeURIComponent(payload)
    await api('PUT', tenant, { name: payload, metadata: { note: payload } })
    await api('PATCH', `${tenant}/endpoints/${endpoint}`, {
      url: `${receiver.url}?q=${path}#${path}`,
      description: payload,
      headers: { 'x-own': payload.replace(/[^\t\x20-\x7e]/g, '') },
      metadata: { note: payload },
      subscriptions: [{ eventTypes: ['*'], filter: { payload } }],
    })
    await api<Accepted>('POST', `${tenant}/events`, { type: 'script.sent', data: { payload } })
    for (const one of [tenant, `${tenant}/endpoints/${endpoint}`]) {
      const answer = await opened(one)
      expectInert(answer)
      expect(answer.text).toContain(JSON.stringify(payload).slice(1, -1))
    }
    for (const one of [
      `/${path}`,
      `/v1/tenants/${path}`,
      `${tenant}/events?type=${path}`,
      `${tenant}/events?${path}=1`,
    ])
      expectInert(await opened(one))
  }

  const { data } = await until(
    () => api<{ data: Delivery[] }>('GET', `${tenant}/deliveries?limit=250`),
    ({ data }) => data.filter(({ status }) => status === 'delivered').length === SCRIPT_PAYLOADS.length,
    'every payload to be delivered',
    60_000,
  )
  expectInert(await opened(`${tenant}/deliveries?limit=250`))
  const bodies = new Set<string>()
  for (const { id, eventId } of data) {
    expectInert(await opened(`${tenant}/events/${eventId}`))
    const answer = await opened(`${tenant}/deliveries/${id}/attempts`)
    expectInert(answer)
    bodies.add(JSON.parse(answer.text).data[0].response.body)
  }
  expect([...bodies].sort()).toEqual([...SCRIPT_PAYLOADS].sort())
}, 120_000)

test('pages are the reference, the dashboard and the portal alone, and no text of anybody is in them', async () => {
  const { paths } = JSON.parse((await opened('/openapi.json')).text)
  const known = Object.keys(paths)
    // A stream is data for ever; its content type is in the document.
    .filter((path) => !path.endsWith('/stream'))
    .map((path) => path.replace(/\{\w+\}/g, 'acme'))
  const pages: string[] = []
  for (const path of [
    ...known,
    '/',
    '/docs',
    '/docs/',
    '/openapi.json',
    '/index.html',
    '/portal',
    '/dashboard',
  ]) {
    const { response } = await opened(path)
    if (response.headers.get('content-type')?.includes('html')) pages.push(path)
  }
  expect(pages).toEqual(['/', '/docs', '/portal', '/dashboard'])
  const payload = encodeURIComponent(SCRIPT_PAYLOADS[0]!)
  for (const [path, withPayload] of [
    ['/docs', `/docs?${payload}`],
    ['/dashboard', `/dashboard/tenants/${payload}?${payload}`],
    ['/portal', `/portal/tenants/${payload}?${payload}`],
  ] as const)
    expect(withoutNonce((await opened(withPayload)).text)).toBe(withoutNonce((await opened(path)).text))
})

/** A page has one of its own for each answer. */
const withoutNonce = (page: string) => page.replace(/nonce&quot;:&quot;[\w+/=]+/, '')
