import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type AcceptedEvent, Ringback, type RingbackError } from '../../src/client/index.ts'
import { embeddedSite, operatorsSite, start, TEST_WITHIN_MS } from '../e2e/site.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

let ringback: TestRingback
let proxy: FaultProxy
let client: Ringback
beforeAll(async () => {
  ringback = await startRingback()
  proxy = await startFaultProxy(ringback.url)
  client = new Ringback({ baseUrl: proxy.url, apiKey: ringback.key, retryDelayMs: 1 })
})
afterAll(async () => {
  await proxy.close()
  await ringback.stop()
})
beforeEach(() => {
  proxy.seen.length = 0
  proxy.plan()
})

async function typesOf(tenant: string): Promise<string[]> {
  const found: string[] = []
  for await (const { type } of client.events.list(tenant, { limit: 250 })) found.push(type)
  return found.sort()
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n)

describe('an emitter', () => {
  it('sends many events in few requests, and gives each its own answer', async () => {
    await client.tenants.put('many')
    const emitter = client.emitter({ maxBatch: 100 })
    const accepted = await Promise.all(range(1_000).map((n) => emitter.emit('many', `n.${n}`, { n })))
    expect(accepted.map(({ type }) => type)).toEqual(range(1_000).map((n) => `n.${n}`))
    expect(proxy.seen.filter(({ url }) => url === '/v1/events')).toHaveLength(10)
    expect(emitter.pending).toBe(0)
    const list = await typesOf('many')
    expect(new Set(list).size).toBe(1_000)
  })

  it('sends what waits when its time is over, without being asked', async () => {
    await client.tenants.put('timed')
    const emitter = client.emitter({ maxWaitMs: 20 })
    expect(await emitter.emit('timed', 'a', 1)).toMatchObject({ type: 'a', tenantId: 'timed' })
  })

  it('fails an event alone: its neighbours are accepted', async () => {
    await client.tenants.put('mixed')
    const emitter = client.emitter()
    const [good, bad, alsoGood] = await Promise.allSettled([
      emitter.emit('mixed', 'a', 1),
      emitter.emit('nobody-of-this-name', 'a', 1),
      emitter.emit('mixed', 'b', 1),
    ])
    expect([good.status, bad.status, alsoGood.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((bad as PromiseRejectedResult).reason).toMatchObject({ code: 'not_found', status: 404 })
  })

  it('one that spoils its whole batch, by its depth or its size, fails alone too', async () => {
    await client.tenants.put('spoiled')
    const emitter = client.emitter()
    const deep = JSON.parse(`${'['.repeat(150)}${']'.repeat(150)}`)
    const outcomes = await Promise.allSettled([
      ...range(5).map((n) => emitter.emit('spoiled', `n.${n}`, n)),
      emitter.emit('spoiled', 'deep', deep),
      emitter.emit('spoiled', 'n.5', 5),
      emitter.emit('spoiled', 'large', 'x'.repeat(5_000_000)),
      emitter.emit('spoiled', 'n.6', 6),
    ])
    const codes = outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : one.value.type))
    expect(codes).toEqual([
      ...range(5).map((n) => `n.${n}`),
      'json_too_deep',
      'n.5',
      'payload_too_large',
      'n.6',
    ])
    expect(await typesOf('spoiled')).toEqual(range(7).map((n) => `n.${n}`))
  })

  it('tries a batch again under one key, and no event is accepted twice', async () => {
    await client.tenants.put('again')
    proxy.seen.length = 0
    proxy.plan('unanswered', 'lost', { status: 502 }, 'cut', { status: 429 })
    const emitter = client.emitter()
    await Promise.all(range(50).map((n) => emitter.emit('again', `n.${n}`, { n })))
    expect(proxy.seen).toHaveLength(6)
    expect(new Set(proxy.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(await typesOf('again')).toHaveLength(50)
  })

  it('rejects the events of a batch when no try is left', async () => {
    proxy.plan({ status: 503 }, { status: 503 })
    const emitter = client.emitter({ retries: 1 })
    const error = await emitter.emit('acme', 'a', 1).catch((thrown: RingbackError) => thrown)
    expect(error).toMatchObject({ code: 'http_503' })
  })

  it('rejects them at once when the batch as a whole is refused', async () => {
    const stranger = new Ringback({ baseUrl: proxy.url, apiKey: 'wrong' })
    await expect(stranger.emitter().emit('acme', 'a', 1)).rejects.toMatchObject({ code: 'unauthorized' })
    expect(proxy.seen).toHaveLength(1)
  })

  it('cuts batches by their size too: each is below what a request may have', async () => {
    await client.tenants.put('large')
    const emitter = client.emitter()
    const text = '\u20ac'.repeat(80_000)
    await Promise.all(range(40).map((n) => emitter.emit('large', `n.${n}`, { text })))
    const sizes = proxy.seen.map(({ headers }) => Number(headers['content-length']))
    expect(sizes.length).toBeGreaterThan(2)
    expect(Math.max(...sizes)).toBeLessThan(4 * 1024 * 1024)
    expect(await typesOf('large')).toHaveLength(40)
  })

  it('holds no more events than it may: whoever emits waits for room', async () => {
    await client.tenants.put('full')
    const emitter = client.emitter({ maxPending: 10, maxBatch: 5 })
    let most = 0
    const accepted: Promise<AcceptedEvent>[] = []
    for (const n of range(100)) {
      await emitter.ready()
      accepted.push(emitter.emit('full', `n.${n}`, n))
      most = Math.max(most, emitter.pending)
    }
    await emitter.flush()
    await Promise.all(accepted)
    expect(most).toBe(10)
    expect(await typesOf('full')).toHaveLength(100)
  })

  it('lets nobody in before their turn, though many emit at once', async () => {
    await client.tenants.put('crowd')
    const emitter = client.emitter({ maxPending: 7, maxBatch: 3 })
    const order: number[] = []
    await Promise.all(range(60).map((n) => emitter.emit('crowd', 'a', n).then(() => order.push(n))))
    expect(order).toEqual(range(60))
  })

  it('flushes at once, and is settled then', async () => {
    await client.tenants.put('flushed')
    const emitter = client.emitter({ maxWaitMs: 3_600_000 })
    const accepted = emitter.emit('flushed', 'a', 1)
    const refused = emitter.emit('nobody-of-this-name', 'a', 1).catch(() => 'refused')
    await emitter.flush()
    expect(emitter.pending).toBe(0)
    expect(await accepted).toMatchObject({ type: 'a' })
    expect(await refused).toBe('refused')
  })

  it('flushes for each who asks, also while another flush is under way', async () => {
    await client.tenants.put('flushed-twice')
    const emitter = client.emitter({ maxWaitMs: 3_600_000, maxPending: 2 })
    const all = range(6).map((n) => emitter.emit('flushed-twice', 'a', n))
    const first = emitter.flush()
    all.push(emitter.emit('flushed-twice', 'b', 1))
    await Promise.all([first, emitter.flush()])
    expect(await Promise.all(all)).toHaveLength(7)
  })

  it('sends what it has when it is closed, and takes no more', async () => {
    await client.tenants.put('closed')
    const emitter = client.emitter({ maxWaitMs: 3_600_000 })
    const accepted = emitter.emit('closed', 'a', 1)
    await emitter.close()
    expect(await accepted).toMatchObject({ type: 'a' })
    await expect(emitter.emit('closed', 'a', 1)).rejects.toMatchObject({ code: 'emitter_closed' })
  })
})

describe('no event is lost and none is accepted twice', () => {
  it.each([
    ['the server is killed and started again, on its own Postgres', embeddedSite, 'SIGKILL'],
    ['the server is stopped and started again', () => operatorsSite('postgres'), 'SIGTERM'],
  ] as const)(
    'when %s while an emitter emits',
    async (_, makeSite, signal) => {
      const site = await makeSite()
      let server = await start(site)
      const host = new Ringback({
        baseUrl: `http://127.0.0.1:${site.variables.PORT}`,
        apiKey: site.variables.RINGBACK_ADMIN_KEY,
        retryDelayMs: 50,
      })
      await host.tenants.put('acme')
      const emitter = host.emitter({ maxBatch: 20, maxPending: 40, retries: 1_000 })

      let accepted = 0
      const all: Promise<AcceptedEvent>[] = []
      const emitting = (async () => {
        for (const n of range(2_000)) {
          await emitter.ready()
          const event = emitter.emit('acme', 'n', { n })
          event.then(
            () => accepted++,
            () => {},
          )
          all.push(event)
        }
        await emitter.close()
      })()
      // Mid-way twice: with a batch under way, by all odds.
      for (const at of [300, 1_000]) {
        await expect.poll(() => accepted, { timeout: 60_000, interval: 5 }).toBeGreaterThan(at)
        await server.kill(signal)
        server = await start(site)
      }
      await emitting
      const events = await Promise.all(all)

      const stored: string[] = []
      for await (const { id } of host.events.list('acme', { limit: 250 })) stored.push(id)
      expect(new Set(events.map(({ id }) => id)).size).toBe(2_000)
      expect(stored.sort()).toEqual(events.map(({ id }) => id).sort())
      onTestFinished(async () => void (await server.kill('SIGKILL')))
    },
    TEST_WITHIN_MS,
  )
})
