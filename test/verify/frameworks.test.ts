/** Each framework, with its real server, against real deliveries of a real Ringback. */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Ringback } from '../../src/client/index.ts'
import { newSecret, signedCallback } from '../../src/testing/index.ts'
import {
  type Callback,
  callbackOf,
  type ReceiverOptions,
  receive,
  receiveNode,
  rememberInMemory,
  verifyExpress,
  verifyFastify,
  verifyHono,
} from '../../src/verify/index.ts'
import { createHost, type Host } from '../e2e/host.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'

/** Does the work of a callback; what it throws is a failure. */
type Work = (callback: Callback) => void

/** Starts a receiver and gives its URL. */
type Framework = (secrets: string | string[], work: Work, options?: ReceiverOptions) => Promise<string>

async function listen(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`
}

const FRAMEWORKS: Record<string, Framework> = {
  node: (secrets, work, options) => listen(receiveNode(secrets, work, options)),

  express: (secrets, work, options) => {
    const app = express()
    app.post('/callbacks', verifyExpress(secrets, options), (request, response) => {
      work(callbackOf(request))
      response.sendStatus(204)
    })
    app.use(express.json())
    return listen(quiet(app))
  },

  'express behind express.raw()': (secrets, work, options) => {
    const app = express()
    app.use(express.raw({ type: 'application/json' }))
    app.post('/callbacks', verifyExpress(secrets, options), (request, response) => {
      work(callbackOf(request))
      response.sendStatus(204)
    })
    return listen(quiet(app))
  },

  hono: (secrets, work, options) => {
    const app = new Hono()
    app.onError((_, c) => c.text('failed', 500))
    app.post('/callbacks', verifyHono(secrets, options), async (c) => {
      const callback = callbackOf(c)
      // The body is still there for whoever reads it.
      expect(await c.req.text()).toBe(callback.body)
      work(callback)
      return c.body(null, 204)
    })
    return listen(getRequestListener(app.fetch))
  },

  fastify: async (secrets, work, options) => {
    const app = fastify()
    app.post('/json', async (request) => request.body)
    app.register(async (scope) => {
      verifyFastify(scope, secrets, options)
      scope.post('/callbacks', async (request, reply) => {
        work(callbackOf(request))
        return reply.code(204).send()
      })
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => void app.close())
    // Outside of the scope, bodies are parsed as ever.
    const parsed = await fetch(`${url}/json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    expect(await parsed.json()).toEqual({ a: 1 })
    return `${url}/callbacks`
  },

  // A route of Next.js is this function, exported as POST; its server hands it the same kind of request.
  'next, or whatever takes Web-standard requests': (secrets, work, options) => {
    const POST = receive(secrets, work, options)
    return listen(getRequestListener(POST))
  },
}

/** Express writes errors of handlers to the console. */
function quiet(app: express.Express): express.Express {
  return app.set('env', 'test')
}

let ringback: TestRingback
let client: Ringback
let host: Host
beforeAll(async () => {
  ringback = await startRingback()
  client = new Ringback({ baseUrl: ringback.url, apiKey: ringback.key })
  host = await createHost(ringback.api)
})
afterAll(() => ringback.stop())

describe.each(Object.entries(FRAMEWORKS))('%s', (name, start) => {
  it('takes real deliveries, also while the secret is rotated, and drops what it has taken before', async () => {
    const secret = newSecret()
    const taken: Callback[] = []
    const url = await start(secret, (callback) => taken.push(callback), { seenIds: rememberInMemory() })
    const endpoint = await client.endpoints.create(host.tenant, { url, secret })
    onTestFinished(() => client.endpoints.delete(host.tenant, endpoint.id))

    const data = { text: '\u20ac \u{1f600}', number: 1.5, none: null }
    const first = await client.events.emit(host.tenant, 'invoice.paid', data)
    const delivery = await host.deliveryOf(first)
    await host.reaches(delivery, 'delivered')
    expect(taken).toMatchObject([{ id: first.id, type: 'invoice.paid', data }])

    await client.endpoints.rotateSecret(host.tenant, endpoint.id)
    const second = await client.events.emit(host.tenant, 'invoice.paid', { n: 2 })
    await host.reaches(await host.deliveryOf(second), 'delivered')
    expect(taken.map(({ id }) => id)).toEqual([first.id, second.id])

    await client.deliveries.retry(host.tenant, delivery.id)
    await host.reaches(delivery, 'delivered')
    const statuses = (await host.attempts(delivery)).map(({ response }) => response?.status)
    expect(statuses).toEqual([204, 204])
    expect(taken).toHaveLength(2)
  })

  it('takes again what its handler failed at', async () => {
    const secret = newSecret()
    let times = 0
    const url = await start(
      secret,
      () => {
        if (++times === 1) throw new Error('not yet')
      },
      { seenIds: rememberInMemory() },
    )
    const retry = { kind: 'schedule' as const, delaysSeconds: [0.1], jitter: 0 }
    const endpoint = await client.endpoints.create(host.tenant, { url, secret, retry })
    onTestFinished(() => client.endpoints.delete(host.tenant, endpoint.id))
    const event = await client.events.emit(host.tenant, 'invoice.paid', 1)
    const delivery = await host.deliveryOf(event)
    await host.reaches(delivery, 'delivered')
    expect((await host.attempts(delivery)).map(({ response }) => response?.status)).toEqual([500, 204])
    expect(times).toBe(2)
  })

  it('refuses what is no callback, with the reason, and never asks its handler', async () => {
    const secret = newSecret()
    let asked = 0
    const refused: unknown[] = []
    const url = await start(secret, () => asked++, {
      maxBytes: 10_000,
      onRefused: (error) => refused.push(error),
    })
    const { headers, body } = signedCallback({ type: 'a', data: 1, secret })
    const answers = async (request: RequestInit) => {
      const response = await fetch(url, { method: 'POST', ...request })
      return [response.status, ((await response.json()) as { reason: string }).reason]
    }
    expect(await answers({ headers, body: `${body} ` })).toEqual([401, 'no_matching_signature'])
    expect(await answers({ body: '{}', headers: { 'content-type': 'application/json' } })).toEqual([
      400,
      'missing_header',
    ])
    const old = signedCallback({ type: 'a', data: 1, secret, sentAt: new Date(0) })
    expect(await answers(old)).toEqual([401, 'timestamp_too_old'])
    expect(refused).toHaveLength(3)
    // A sender that is still writing may find the connection closed instead.
    const large = signedCallback({ type: 'a', data: 'x'.repeat(100_000), secret })
    const status = await fetch(url, { method: 'POST', ...large }).then(
      (response) => response.status,
      () => 413,
    )
    expect(status).toBe(413)
    expect(asked).toBe(0)
  })

  // What express.raw() reads, it reads to the end.
  it.skipIf(name.includes('express.raw()'))(
    'answers a body without a length as soon as it is too large, and waits for no end of it',
    async () => {
      const secret = newSecret()
      const url = await start(secret, () => {}, { maxBytes: 10_000 })
      const { headers } = signedCallback({ type: 'a', data: 1, secret })
      const request = send(url, { method: 'POST', headers: { ...headers, 'transfer-encoding': 'chunked' } })
      onTestFinished(() => void request.destroy())
      const status = new Promise((resolve) => {
        request.once('response', ({ statusCode }) => resolve(statusCode))
        // A sender that is still writing may find the connection closed instead.
        request.on('error', () => resolve(413))
      })
      request.write('x'.repeat(200_000))
      expect(await status).toBe(413)
    },
  )

  it('says at its start when there is no secret', async () => {
    await expect(async () => start(undefined as unknown as string, () => {})).rejects.toThrow(/secret/)
  })
})

it('Express behind express.json() says what is built wrong', async () => {
  const secret = newSecret()
  const app = express()
  app.use(express.json())
  app.post('/callbacks', verifyExpress(secret), (_request, response) => void response.sendStatus(204))
  const url = await listen(app)
  const response = await fetch(url, { method: 'POST', ...signedCallback({ type: 'a', data: 1, secret }) })
  expect(response.status).toBe(500)
  expect(await response.json()).toMatchObject({
    reason: 'body_not_raw',
    detail: expect.stringContaining('express.json()'),
  })
})

it('a handler without an adapter before it is told so', () => {
  expect(() => callbackOf({})).toThrow('is the adapter before this handler?')
})
