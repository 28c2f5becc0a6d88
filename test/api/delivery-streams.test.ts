import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Accepted, Delivery, Endpoint } from '../setup/api.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'

let ringback: TestRingback
let receiver: Receiver
beforeAll(async () => {
  ringback = await startRingback()
  receiver = await startReceiver((_, n) => (n === 1 ? 500 : 204))
  for (const tenant of ['acme', 'other']) {
    await ringback.api('PUT', `/v1/tenants/${tenant}`, {})
    const retry = { kind: 'schedule', delaysSeconds: [0.05, 0.05] }
    await ringback.api<Endpoint>('POST', `/v1/tenants/${tenant}/endpoints`, { url: receiver.url, retry })
  }
})
afterAll(async () => {
  await receiver.close()
  await ringback.stop()
})

const emit = (tenant = 'acme', data: unknown = {}) =>
  ringback.api<Accepted>('POST', `/v1/tenants/${tenant}/events`, { type: 'a', data })

interface Message {
  event?: string
  id?: string
  data?: Delivery
}

/** Opens a stream and reads it, as the standard has it, until it ends or is let go. */
async function open(path: string, { key = ringback.key, lastEventId = '' } = {}) {
  const leaving = new AbortController()
  const response = await fetch(new URL(path, ringback.url), {
    headers: { authorization: `Bearer ${key}`, ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: leaving.signal,
  })
  const messages: Message[] = []
  const stream = { response, messages, ended: false, lastId: '', leave: () => leaving.abort() }
  void read()
  return stream

  async function read() {
    let text = ''
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop()!
        for (const block of blocks) take(block)
      }
    } catch {
      // Let go in the middle.
    }
    stream.ended = true
  }

  function take(block: string) {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => {
        const colon = line.indexOf(': ')
        return [line.slice(0, colon), line.slice(colon + 2)]
      }),
    )
    if (fields.id) stream.lastId = fields.id
    if (fields.event) messages.push({ ...fields, data: JSON.parse(fields.data!) })
  }
}

type Stream = Awaited<ReturnType<typeof open>>

const statuses = ({ messages }: Stream, eventId: string) =>
  messages
    .filter(({ data }) => data?.eventId === eventId)
    .map(({ data }) => `${data!.status} ${data!.attemptCount}`)

const sees = (stream: Stream, eventId: string, status: string) =>
  until(
    () => statuses(stream, eventId),
    (seen) => seen.some((one) => one.startsWith(status)),
    `${status} to be seen`,
  )

describe('GET /v1/tenants/{tenant}/deliveries/stream', () => {
  it('tells of a delivery until it is delivered, as the list shows it', async () => {
    const stream = await open('/v1/tenants/acme/deliveries/stream')
    expect(stream.response.status).toBe(200)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
    expect(stream.response.headers.get('cache-control')).toBe('no-store')
    expect(stream.response.headers.get('retry-after')).toBeNull()
    const { id } = await emit()
    await sees(stream, id, 'delivered 2')
    const { data } = await ringback.api<{ data: Delivery[] }>('GET', '/v1/tenants/acme/deliveries')
    expect(stream.messages.at(-1)).toMatchObject({ event: 'delivery', id: expect.any(String), data: data[0] })
    stream.leave()
  })

  it('tells nothing of another tenant, and only what is asked for', async () => {
    const [mine, delivered] = [
      await open('/v1/tenants/other/deliveries/stream'),
      await open('/v1/tenants/acme/deliveries/stream?status=delivered'),
    ]
    const [first, second] = [await emit('acme'), await emit('other')]
    await sees(mine, second.id, 'delivered')
    await sees(delivered, first.id, 'delivered')
    expect(mine.messages.every(({ data }) => data!.tenantId === 'other')).toBe(true)
    expect(delivered.messages.every(({ data }) => data!.status === 'delivered')).toBe(true)
    mine.leave()
    delivered.leave()
  })

  it('goes on where a client was, by Last-Event-ID or by its cursor', async () => {
    const first = await open('/v1/tenants/acme/deliveries/stream')
    await sees(first, (await emit()).id, 'delivered')
    first.leave()
    const { id } = await emit()
    const path = '/v1/tenants/acme/deliveries/stream'
    const [byHeader, byQuery] = [
      await open(path, { lastEventId: first.lastId }),
      await open(`${path}?cursor=${first.lastId}`),
    ]
    await sees(byHeader, id, 'delivered')
    await sees(byQuery, id, 'delivered')
    byHeader.leave()
    byQuery.leave()
  })

  it('refuses a cursor that is none', async () => {
    const { response } = await open('/v1/tenants/acme/deliveries/stream?cursor=made-up')
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('ends when its key is revoked, and when its tenant is gone', async () => {
    await ringback.api('PUT', '/v1/tenants/leaving', {})
    const keyOf = (tenant: string) =>
      ringback.api<{ id: string; key: string }>('POST', '/v1/api-keys', {
        name: 'x',
        scopes: ['read'],
        tenant,
      })
    const [revoked, gone] = [await keyOf('acme'), await keyOf('leaving')]
    const streams = [
      await open('/v1/tenants/acme/deliveries/stream', revoked),
      await open('/v1/tenants/leaving/deliveries/stream', gone),
    ]
    await ringback.api('DELETE', `/v1/api-keys/${revoked.id}`)
    await ringback.api('DELETE', '/v1/tenants/leaving')
    await until(() => streams.every(({ ended }) => ended), Boolean, 'the streams to end')
  })

  it('stands so often for a tenant, and no more; one that goes makes room', async () => {
    const path = '/v1/tenants/other/deliveries/stream'
    const streams: Stream[] = []
    for (;;) {
      const stream = await open(path)
      if (stream.response.status !== 200) {
        expect(stream.response.status).toBe(429)
        expect(stream.response.headers.get('retry-after')).toBe('2')
        break
      }
      streams.push(stream)
    }
    expect(streams.length).toBeGreaterThan(10)
    streams[0]!.leave()
    await until(
      async () => (await open(path)).response.status,
      (status) => status === 200,
      'room for another',
    )
    for (const stream of streams) stream.leave()
  })

  it('HEAD is answered, and holds nothing open', async () => {
    for (let i = 0; i < 30; i++) {
      const { status, headers } = await fetch(new URL('/v1/tenants/acme/deliveries/stream', ringback.url), {
        method: 'HEAD',
        headers: { authorization: `Bearer ${ringback.key}` },
      })
      expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    }
  })
})

describe('GET /v1/deliveries/stream', () => {
  it('tells of all tenants, or of one', async () => {
    const all = await open('/v1/deliveries/stream')
    const one = await open('/v1/deliveries/stream?tenant=other')
    const [first, second] = [await emit('acme'), await emit('other')]
    await sees(all, first.id, 'delivered')
    await sees(all, second.id, 'delivered')
    await sees(one, second.id, 'delivered')
    expect(one.messages.every(({ data }) => data!.tenantId === 'other')).toBe(true)
    for (const tenant of ['nobody', '_operator'])
      expect((await open(`/v1/deliveries/stream?tenant=${tenant}`)).response.status).toBe(404)
    all.leave()
    one.leave()
  })
})

it('a process that stops ends its streams and waits for none of them', async () => {
  const own = await startRingback()
  await own.api('PUT', '/v1/tenants/acme', {})
  const response = await fetch(new URL('/v1/deliveries/stream', own.url), {
    headers: { authorization: `Bearer ${own.key}` },
  })
  const text = response.text()
  await own.stop()
  expect(await text).toContain(': stopping\n\n')
})

it('whoever is bound to a tenant that was made again is told nothing of what the former one left', async () => {
  const make = () => ringback.api('PUT', '/v1/tenants/again', {})
  const endpoint = { url: receiver.url }
  await make()
  await ringback.api('POST', '/v1/tenants/again/endpoints', endpoint)
  const before = await open('/v1/tenants/again/deliveries/stream')
  await until(
    () => before.lastId,
    (id) => id !== '',
    'the stream to say where it is',
  )
  before.leave()
  const left = await emit('again')
  await ringback.api('DELETE', '/v1/tenants/again')
  await make()
  await ringback.api('POST', '/v1/tenants/again/endpoints', endpoint)
  const { token } = await ringback.api<{ token: string }>('POST', '/v1/tenants/again/portal-sessions', {})

  const path = '/v1/tenants/again/deliveries/stream'
  const bound = await open(path, { key: token, lastEventId: before.lastId })
  const unbound = await open(path, { lastEventId: before.lastId })
  const { id } = await emit('again')
  for (const stream of [bound, unbound]) await sees(stream, id, 'delivered 1')
  expect(statuses(unbound, left.id)).not.toEqual([])
  expect(statuses(bound, left.id)).toEqual([])
  for (const stream of [bound, unbound]) stream.leave()
})
