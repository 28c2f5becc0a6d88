import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AcceptedEvent, Ringback, type RingbackError } from '../../src/client/index.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

let ringback: TestRingback
let proxy: FaultProxy
let client: Ringback
beforeAll(async () => {
  ringback = await startRingback()
  proxy = await startFaultProxy(ringback.url)
  client = new Ringback({ baseUrl: proxy.url, apiKey: ringback.key, retryDelayMs: 1 })
  await client.tenants.put('acme')
})
afterAll(async () => {
  await proxy.close()
  await ringback.stop()
})
beforeEach(() => {
  proxy.seen.length = 0
  proxy.plan()
})

const keys = () => proxy.seen.map(({ headers }) => headers['idempotency-key'])
const thrownBy = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error as RingbackError,
  )

describe('a call is tried again', () => {
  it.each([
    ['whose connection is reset', 'lost'],
    ['whose answer is lost', 'unanswered'],
    ['whose answer breaks off', 'cut'],
    ['that is answered 502', { status: 502 }],
    ['that is answered 503', { status: 503 }],
    ['that is answered 429', { status: 429 }],
  ] as const)('%s, and the event is accepted once', async (_, fault) => {
    proxy.plan(fault, fault)
    const type = `once.${JSON.stringify(fault).replace(/\W/g, '')}`
    const { id } = await client.events.emit('acme', type, { n: 1 })
    expect(proxy.seen).toHaveLength(3)
    expect(new Set(keys()).size).toBe(1)
    expect(keys()[0]).toMatch(/^auto_[0-9a-f]{32}$/)
    expect((await client.events.list('acme', { type }).page()).data.map((one) => one.id)).toEqual([id])
  })

  it('with a key of its own for each call, so that equal events are two', async () => {
    const one = await client.events.emit('acme', 'same', {})
    const other = await client.events.emit('acme', 'same', {})
    expect(other.id).not.toBe(one.id)
    expect(new Set(keys()).size).toBe(2)
  })

  it('under the key that the caller gives, across calls', async () => {
    const options = { idempotencyKey: 'invoice-17' }
    const one = await client.events.emit('acme', 'keyed', {}, options)
    const other = await client.events.emit('acme', 'keyed', {}, options)
    expect(other.id).toBe(one.id)
    expect(keys()).toEqual(['invoice-17', 'invoice-17'])
  })

  it('that makes an endpoint, and there is one', async () => {
    await client.tenants.put('one-endpoint')
    proxy.plan('unanswered', 'unanswered')
    await client.endpoints.create('one-endpoint', { url: 'http://127.0.0.1:4999/' })
    expect((await client.endpoints.list('one-endpoint').page()).data).toHaveLength(1)
  })

  it('that deletes, and what the first try has deleted is no error', async () => {
    await client.tenants.put('gone')
    proxy.plan('unanswered')
    expect(await client.tenants.delete('gone')).toBeUndefined()
    expect((await thrownBy(client.tenants.delete('gone')))?.code).toBe('not_found')
  })

  it('page by page of a list', async () => {
    await client.tenants.put('paged')
    const made = await client.events.emitBatch(
      Array.from({ length: 9 }, (_, n) => ({ tenant: 'paged', type: 'n', data: n })),
    )
    proxy.plan('pass', 'cut', 'lost', 'pass', { status: 500 })
    const found: string[] = []
    for await (const { id } of client.events.list('paged', { limit: 2 })) found.push(id)
    expect(found.sort()).toEqual(made.map((one) => (one as AcceptedEvent).id).sort())
  })
})

describe('a call is not tried again', () => {
  it('when the answer is final', async () => {
    expect((await thrownBy(client.tenants.get('nobody')))?.status).toBe(404)
    expect(proxy.seen).toHaveLength(1)
  })

  it('when it may have been done, and would be done twice', async () => {
    const event = await client.events.emit('acme', 'retry.by.hand', {})
    proxy.seen.length = 0
    proxy.plan('unanswered')
    const error = await thrownBy(client.deliveries.retry('acme', event.id))
    expect(error).toMatchObject({ code: 'network_error', status: undefined })
    expect(error!.cause).toBeInstanceOf(TypeError)
    expect(proxy.seen).toHaveLength(1)
  })

  it('more often than it is told', async () => {
    proxy.plan({ status: 503 }, { status: 503 }, { status: 503 })
    const error = await thrownBy(client.tenants.get('acme', { retries: 1 }))
    expect(error).toMatchObject({ code: 'http_503', status: 503, detail: 'busy' })
    expect(proxy.seen).toHaveLength(2)
  })

  it('when the server asks for more patience than a call has', async () => {
    proxy.plan({ status: 429, headers: { 'retry-after': '3600' } })
    expect(await thrownBy(client.tenants.get('acme'))).toMatchObject({ status: 429, retryAfterMs: 3_600_000 })
    expect(proxy.seen).toHaveLength(1)
  })

  it('once its signal has ended it, and gives the reason', async () => {
    const controller = new AbortController()
    proxy.plan('hang')
    const call = thrownBy(client.tenants.get('acme', { signal: controller.signal }))
    controller.abort(new Error('enough'))
    expect((await call)?.message).toBe('enough')
    proxy.plan('pass')
    expect((await thrownBy(client.tenants.get('acme', { signal: controller.signal })))?.message).toBe(
      'enough',
    )
  })

  it('once its signal has ended it between two tries', async () => {
    const patient = new Ringback({ baseUrl: proxy.url, apiKey: ringback.key, retryDelayMs: 60_000 })
    const controller = new AbortController()
    const ended = new Error('enough')
    proxy.plan({ status: 503 })
    const call = thrownBy(patient.tenants.get('acme', { signal: controller.signal }))
    await expect.poll(() => proxy.seen.length).toBe(1)
    controller.abort(ended)
    expect(await call).toBe(ended)
  })
})

describe('a time limit', () => {
  it('ends a try that gets no answer, and the next is made', async () => {
    proxy.plan('hang')
    expect(await client.tenants.get('acme', { timeoutMs: 300 })).toMatchObject({ id: 'acme' })
    expect(proxy.seen).toHaveLength(2)
  })

  it('is told as such when no try is left', async () => {
    proxy.plan('hang')
    const error = await thrownBy(client.tenants.get('acme', { timeoutMs: 50, retries: 0 }))
    expect(error).toMatchObject({ code: 'timeout', status: undefined })
  })

  it('and a signal end a wait for what knows no signals: a key that never comes', async () => {
    const forEver = new Promise<string>(() => {})
    const keyless = new Ringback({ baseUrl: proxy.url, apiKey: () => forEver, retries: 0 })
    expect(await thrownBy(keyless.tenants.get('acme', { timeoutMs: 50 }))).toMatchObject({ code: 'timeout' })
    const controller = new AbortController()
    const call = thrownBy(keyless.tenants.get('acme', { signal: controller.signal }))
    controller.abort(new Error('enough'))
    expect((await call)?.message).toBe('enough')
  })
})
