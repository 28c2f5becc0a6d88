import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ringback as Client, RingbackError } from '../../src/client/index.ts'
import { createRingback, RingbackError as ErrorInProcess, type Ringback } from '../../src/index.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'

const ADMIN_KEY = 'the admin key of a host, long enough'
const OPTIONS = {
  adminKey: ADMIN_KEY,
  masterKey: Buffer.alloc(32, 7).toString('base64'),
  egressAllow: ['127.0.0.0/8'],
  requireHttps: false,
}

let database: TestDatabase
let pool: pg.Pool
let ringback: Ringback
let receiver: Receiver
beforeAll(async () => {
  database = await createTestDatabase()
  pool = new pg.Pool({ connectionString: database.url, max: 20 })
  // Its end does not wait for the last of its sockets, which the end of the database then cuts.
  pool.on('error', () => {})
  ringback = await createRingback({ ...OPTIONS, pool, basePath: '/callbacks' })
  receiver = await startReceiver()
  const client = new Client({ baseUrl: 'http://host/callbacks', apiKey: ADMIN_KEY, fetch: ask })
  await client.eventTypes.put('inside.checked', {
    schema: { type: 'object', required: ['n'] },
    schemaMode: 'enforce',
  })
})
afterAll(async () => {
  await ringback.close()
  // The pool is the host's own, and still works.
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
  await receiver.close()
  await database.drop()
})

const ask: typeof fetch = (input, init) => ringback.fetch(new Request(input, init))

const listening = async (server: Server) => {
  if (!server.listening) await once(server, 'listening')
  return server
}

/** Each serves the API under `/callbacks`, beside a route of the host's own. */
const HOSTS: Record<string, () => Promise<{ server: Server; close?(): Promise<unknown> }>> = {
  async hono() {
    const app = new Hono()
    app.get('/own', (c) => c.text('own'))
    app.route('/callbacks', ringback.api)
    return { server: await listening(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server) }
  },
  async express() {
    const app = express()
    app.use('/callbacks', ringback.handler)
    app.use(express.json())
    app.get('/own', (_, response) => void response.send('own'))
    return { server: await listening(app.listen(0, '127.0.0.1')) }
  },
  async fastify() {
    const app = fastify()
    app.get('/own', async () => 'own')
    app.register(ringback.fastify, { prefix: '/callbacks' })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { server: app.server, close: () => app.close() }
  },
  async node() {
    const server = createServer((request, response) => {
      if (request.url === '/own') response.end('own')
      else ringback.handler(request, response)
    })
    return { server: await listening(server.listen(0, '127.0.0.1')) }
  },
  /** A route of Next.js is a function of a Web-standard request, at its whole path. */
  async next() {
    const app = new Hono()
    app.get('/own', (c) => c.text('own'))
    app.all('/callbacks/*', (c) => ringback.fetch(c.req.raw))
    return { server: await listening(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server) }
  },
}

describe.each(Object.keys(HOSTS))('mounted into %s', (name) => {
  let url: string
  let client: Client
  let host: Awaited<ReturnType<(typeof HOSTS)[string]>>
  beforeAll(async () => {
    host = await HOSTS[name]!()
    url = `http://127.0.0.1:${(host.server.address() as AddressInfo).port}`
    client = new Client({ baseUrl: `${url}/callbacks`, apiKey: ADMIN_KEY, retries: 0 })
  })
  afterAll(async () => {
    await host.close?.()
    host.server.close()
    host.server.closeAllConnections()
  })

  it("an event reaches its receiver, and the host's own routes answer as ever", async () => {
    await client.tenants.put(name)
    await client.endpoints.create(name, { url: receiver.url })
    const { id } = await client.events.emit(name, 'invoice.paid', { amount: 1200 })
    await receiver.waitFor((all) => all.some((one) => one.id === id))
    expect(await (await fetch(`${url}/own`)).text()).toBe('own')
  })

  it('bodies are bounded where the batch may be large, and lists are paged', async () => {
    const events = Array.from({ length: 300 }, (_, n) => ({
      tenant: name,
      type: 'big',
      data: { n, padding: 'x'.repeat(2_000) },
    }))
    expect(await client.events.emitBatch(events)).toHaveLength(300)
    const page = await client.events.list(name, { limit: 2 }).page()
    expect((await client.events.list(name, { limit: 2 }).page(page.nextCursor!)).data).toHaveLength(2)
    await expect(client.events.emit(name, 'big', 'x'.repeat(300_000))).rejects.toMatchObject({ status: 413 })
  })

  it('answers of errors, links, cookies and pages hold at its path', async () => {
    const missing = await fetch(`${url}/callbacks/nothing`)
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    expect((await fetch(`${url}/callbacks/v1/tenants`, { method: 'DELETE' })).status).toBe(401)

    const session = await client.portal.createSession(name)
    expect(session.url).toBe(`${url}/callbacks/portal#token=${session.token}`)
    const signedIn = await fetch(`${url}/callbacks/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: ADMIN_KEY }),
    })
    expect(signedIn.headers.get('set-cookie')).toContain('Path=/callbacks;')

    const document = (await (await fetch(`${url}/callbacks/openapi.json`)).json()) as { servers: object[] }
    expect(document.servers).toMatchObject([{ url: '/callbacks' }])
    expect(await (await fetch(`${url}/callbacks/docs`)).text()).toContain('src="docs/viewer.js"')
    expect(await (await fetch(`${url}/callbacks/docs/start.js`)).text()).toContain("url: 'openapi.json'")
    const root = await fetch(`${url}/callbacks`, { redirect: 'manual' })
    expect(root.headers.get('location')).toBe('/callbacks/dashboard/')
  })

  it('a stream of deliveries flows', async () => {
    const happening = setInterval(() => void ringback.emit(name, 'tick', 1), 200)
    for await (const { event, data } of client.deliveries.stream(
      name,
      {},
      { signal: AbortSignal.timeout(20_000) },
    ))
      if (event === 'delivery' && data.eventType === 'tick') break
    clearInterval(happening)
  })
})

describe('emitted in process', () => {
  beforeAll(async () => {
    const client = new Client({ baseUrl: 'http://host/callbacks', apiKey: ADMIN_KEY, fetch: ask })
    await client.tenants.put('inside')
  })
  const codeOf = (call: Promise<unknown>) =>
    call.then(
      () => 'accepted',
      (error: unknown) => (error instanceof RingbackError ? error.code : error),
    )

  it('an event is there once it resolves, with what was said of it', async () => {
    const { id } = await ringback.emit('inside', 'a.b', { n: 1 }, { id: 'own', metadata: { by: 'me' } })
    const client = new Client({ baseUrl: 'http://host/callbacks', apiKey: ADMIN_KEY, fetch: ask })
    expect(await client.events.get('inside', id)).toMatchObject({
      data: { n: 1 },
      externalId: 'own',
      metadata: { by: 'me' },
    })
  })

  it('it is refused as over HTTP: by the one class of errors, with the same words', async () => {
    expect(ErrorInProcess).toBe(RingbackError)
    const client = new Client({ baseUrl: 'http://host/callbacks', apiKey: ADMIN_KEY, fetch: ask })
    const refused = (call: Promise<unknown>) => call.catch((error: unknown) => error as RingbackError)
    const [inside, over] = await Promise.all([
      refused(ringback.emit('inside', 'inside.checked', {})),
      refused(client.events.emit('inside', 'inside.checked', {})),
    ])
    const { code, status, detail, errors, message } = over as RingbackError
    expect(inside).toMatchObject({ code, status, detail, errors, message })
    expect(inside).toBeInstanceOf(RingbackError)
    expect(await codeOf(ringback.emit('nobody', 'a', 1))).toBe('not_found')
    expect(await codeOf(ringback.emit('_operator', 'a', 1))).toBe('tenant_id_reserved')
    expect(await codeOf(ringback.emit('inside', 'no type', 1))).toBe('validation_failed')
    expect(await codeOf(ringback.emit('inside', 'inside.checked', {}))).toBe('schema_violation')
    expect(await codeOf(ringback.emit('inside', 'a', 'x'.repeat(300_000)))).toBe('payload_too_large')
    expect(await codeOf(ringback.emit('inside', 'a', 1, { idempotencyKey: '' }))).toBe(
      'idempotency_key_invalid',
    )
  })

  it('one key accepts once, in process and over HTTP', async () => {
    const [first, second] = await Promise.all([
      ringback.emit('inside', 'a', 1, { idempotencyKey: 'k' }),
      ringback.emit('inside', 'a', 1, { idempotencyKey: 'k' }),
    ])
    expect(second.id).toBe(first.id)
    const client = new Client({ baseUrl: 'http://host/callbacks', apiKey: ADMIN_KEY, fetch: ask })
    const third = await client.events.emit('inside', 'a', 1, { idempotencyKey: 'k' })
    expect(third.id).toBe(first.id)
    expect(await codeOf(ringback.emit('inside', 'a', 2, { idempotencyKey: 'k' }))).toBe(
      'idempotency_key_reused',
    )
  })
})

it('a body that was parsed before is refused with the cure', async () => {
  const app = express().use(express.json()).use('/callbacks', ringback.handler)
  const server = await listening(app.listen(0, '127.0.0.1'))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`
  const client = new Client({ baseUrl: url, apiKey: ADMIN_KEY, retries: 0 })
  await expect(client.tenants.put('parsed', { name: 'x' })).rejects.toMatchObject({ code: 'body_not_raw' })
  server.close()
  server.closeAllConnections()
})

it('options are refused by their own names, all at once', async () => {
  const call = createRingback({ ...OPTIONS, pool, concurrency: 0, masterKey: undefined })
  await expect(call).rejects.toThrow(/concurrency: must be(.|\n)*masterKey must be set/)
  for (const basePath of ['callbacks', '/callbacks/', '/v1', '/a b'])
    await expect(createRingback({ ...OPTIONS, pool, basePath })).rejects.toThrow('basePath')
})

it('closing answers what was asked, refuses what comes, and listens to no signal of the process', async () => {
  const signals = () =>
    ['SIGTERM', 'SIGINT', 'exit', 'uncaughtException'].map((name) => process.listenerCount(name))
  const before = signals()
  const other = await createRingback({ ...OPTIONS, pool, roles: [] })
  expect(signals()).toEqual(before)
  const asked = other.emit('inside', 'a', 1)
  await other.close()
  expect(await asked).toMatchObject({ type: 'a' })
  await expect(other.emit('inside', 'a', 1)).rejects.toMatchObject({ code: 'unavailable' })
  expect((await other.fetch(new Request('http://host/livez'))).status).toBe(503)
  await other.close()
})
