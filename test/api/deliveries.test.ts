/** The table "Deliveries, attempts, retry" of the HTTP contract. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertAttempts } from '../../src/attempts/store.ts'
import { holdWaiting, settleDeliveries } from '../../src/deliveries/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let endpointId: Id<'endpoint'>
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

/** A tenant of its own for every test. */
let tenant = ''
let count = 0
beforeEach(async () => {
  tenant = `tenant-${++count}`
  endpointId = (await api.tenant(tenant)).endpointId
})

const ask = (request: string) => {
  const [method, path] = request.split(' ')
  return api.ask(`${method} /v1/tenants/${tenant}/deliveries${path}`)
}

/** Emits an event, and gives its one delivery. */
async function deliver(type = 'a'): Promise<{ id: Id<'delivery'>; eventId: Id<'event'>; createdAt: string }> {
  const { json: event } = await api.ask(`POST /v1/tenants/${tenant}/events`, { body: { type, data: 1 } })
  const { json } = await ask(`GET ?eventId=${event.id}`)
  return json.data[0]
}

/** Settles an attempt as a worker would. */
async function attempt(
  id: Id<'delivery'>,
  number: number,
  status: 'delivered' | 'retrying' | 'failed',
  answer?: Buffer,
) {
  const { db } = api.database
  const succeeded = status === 'delivered'
  await settleDeliveries(db, [
    {
      id,
      number,
      status,
      answer: succeeded ? '2xx' : '5xx',
      dueInMs: status === 'retrying' ? 60_000 : null,
      reason: status === 'failed' ? 'exhausted' : null,
    },
  ])
  await insertAttempts(db, [
    {
      id: newId('attempt'),
      tenantId: tenant,
      deliveryId: id,
      endpointId,
      number,
      trigger: 'automatic',
      durationMs: 12,
      succeeded,
      error: succeeded ? null : answer ? 'http_status' : 'connect_refused',
      detail: null,
      requestUrl: 'https://example.com/',
      requestHeaders: { 'webhook-signature': '[redacted]' },
      responseStatus: answer ? (succeeded ? 200 : 500) : null,
      responseHeaders: answer ? { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] } : null,
      responseBody: answer ?? null,
      responseTruncated: answer ? false : null,
      timings: { dnsMs: 1, connectMs: 2, tlsMs: null, firstByteMs: null, totalMs: 12 },
      remoteAddress: '203.0.113.7',
    },
  ])
}

describe('GET .../deliveries/{delivery}', () => {
  it('shows a delivery that was not tried yet', async () => {
    const delivery = await deliver('invoice.paid')
    const { status, json } = await ask(`GET /${delivery.id}`)
    expect(status).toBe(200)
    expect(json).toEqual({
      id: delivery.id,
      tenantId: tenant,
      eventId: delivery.eventId,
      eventType: 'invoice.paid',
      endpointId,
      status: 'pending',
      reason: null,
      attemptCount: 0,
      nextAttemptAt: expect.stringMatching(/Z$/),
      waitingFor: null,
      createdAt: expect.stringMatching(/Z$/),
      completedAt: null,
      lastAttempt: null,
    })
  })

  it('shows its last attempt, and when the next is due', async () => {
    const { id } = await deliver()
    await attempt(id, 1, 'retrying')
    await attempt(id, 2, 'retrying', Buffer.from('no'))
    const { json } = await ask(`GET /${id}`)
    expect(json).toMatchObject({
      status: 'retrying',
      attemptCount: 2,
      lastAttempt: { number: 2, response: { body: 'no' } },
    })
    expect(Date.parse(json.nextAttemptAt)).toBeGreaterThan(Date.now())
  })

  it('says why it failed, and when', async () => {
    const { id } = await deliver()
    await attempt(id, 1, 'failed')
    expect((await ask(`GET /${id}`)).json).toMatchObject({
      status: 'failed',
      reason: 'exhausted',
      nextAttemptAt: null,
      completedAt: expect.stringMatching(/Z$/),
    })
  })

  it('of a held one says what it waits for, and plans no attempt', async () => {
    const { id } = await deliver()
    await holdWaiting(api.database.db, tenant, endpointId, 'paused')
    expect((await ask(`GET /${id}`)).json).toMatchObject({
      status: 'held',
      waitingFor: 'paused',
      nextAttemptAt: null,
    })
  })

  it('looks the same when it is not there as when it is of another tenant, whatever is asked of it', async () => {
    await api.tenant('another')
    const { id } = await deliver()
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/attempts'],
      ['POST', '/retry'],
      ['POST', '/cancel'],
    ]) {
      const foreign = await api.ask(`${method} /v1/tenants/another/deliveries/${id}${path}`)
      const absent = await api.ask(`${method} /v1/tenants/another/deliveries/${newId('delivery')}${path}`)
      expect([foreign.status, foreign.text], path).toEqual([404, absent.text])
    }
    expect((await ask(`GET /${id}`)).json).toMatchObject({ status: 'pending' })
  })
})

describe('GET .../deliveries', () => {
  const list = async (query: string) =>
    (await ask(`GET ?${query}`)).json.data.map(({ id }: { id: string }) => id)

  it('lists newest first, page by page', async () => {
    const ids: string[] = []
    for (let i = 0; i < 3; i++) ids.unshift((await deliver()).id)
    const first = (await ask('GET ?limit=2')).json
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2))
    const second = (await ask(`GET ?limit=2&cursor=${first.nextCursor}`)).json
    expect(second.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2))
    expect(second.nextCursor).toBeNull()
  })

  it('filters by endpoint, event, event type, status and time, alone and together', async () => {
    const one = await deliver('a')
    await new Promise((resolve) => setTimeout(resolve, 2))
    const two = await deliver('b')
    await attempt(one.id, 1, 'failed')

    expect(await list(`endpointId=${endpointId}`)).toEqual([two.id, one.id])
    expect(await list(`endpointId=${newId('endpoint')}`)).toEqual([])
    expect(await list(`eventId=${one.eventId}`)).toEqual([one.id])
    expect(await list('eventType=b')).toEqual([two.id])
    expect(await list('status=failed')).toEqual([one.id])
    expect(await list(`after=${two.createdAt}`)).toEqual([two.id])
    expect(await list(`before=${two.createdAt}`)).toEqual([one.id])
    expect(await list(`status=failed&eventType=b`)).toEqual([])
  })

  it('filters by what came of the last attempt, through a retry that is under way', async () => {
    const [refused, unsent] = [await deliver(), await deliver()]
    await attempt(refused.id, 1, 'retrying')
    expect(await list('answer=5xx')).toEqual([refused.id])
    expect(await list('answer=2xx')).toEqual([])
    expect(await ask('GET ?answer=503')).toMatchObject({ status: 422 })
    await attempt(refused.id, 2, 'delivered')
    expect(await list('answer=5xx')).toEqual([])
    expect(await list('answer=2xx')).toEqual([refused.id])
    expect(await list('')).toEqual([unsent.id, refused.id])
  })

  it('of a tenant that is not there is 404', async () => {
    expect(await api.ask('GET /v1/tenants/nobody/deliveries')).toMatchObject({ status: 404 })
  })
})

describe('GET .../deliveries/{delivery}/attempts', () => {
  it('lists them oldest first, page by page', async () => {
    const { id } = await deliver()
    for (let number = 1; number <= 5; number++) await attempt(id, number, 'retrying')
    const first = (await ask(`GET /${id}/attempts?limit=3`)).json
    expect(first.data.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3])
    const second = (await ask(`GET /${id}/attempts?limit=3&cursor=${first.nextCursor}`)).json
    expect(second.data.map(({ number }: { number: number }) => number)).toEqual([4, 5])
    expect(second.nextCursor).toBeNull()
  })

  it('shows all of an attempt', async () => {
    const { id } = await deliver()
    await attempt(id, 1, 'retrying', Buffer.from('sorry'))
    const { json } = await ask(`GET /${id}/attempts`)
    expect(json.data).toEqual([
      {
        id: expect.stringMatching(/^atm_/),
        deliveryId: id,
        number: 1,
        trigger: 'automatic',
        startedAt: expect.stringMatching(/Z$/),
        durationMs: 12,
        succeeded: false,
        error: 'http_status',
        detail: null,
        request: { url: 'https://example.com/', headers: { 'webhook-signature': '[redacted]' } },
        response: {
          status: 500,
          headers: { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] },
          body: 'sorry',
          truncated: false,
        },
        timings: { dnsMs: 1, connectMs: 2, tlsMs: null, firstByteMs: null, totalMs: 12 },
        remoteAddress: '203.0.113.7',
        traceId: null,
      },
    ])
  })

  it('shows no response where none came', async () => {
    const { id } = await deliver()
    await attempt(id, 1, 'retrying')
    expect((await ask(`GET /${id}/attempts`)).json.data).toMatchObject([
      { error: 'connect_refused', response: null },
    ])
  })

  it('shows a body of any bytes as text that is safe to read', async () => {
    const { id } = await deliver()
    await attempt(id, 1, 'delivered', Buffer.from([0x3c, 0x62, 0x3e, 0x00, 0x1b, 0xff, 0xfe]))
    const { json, headers } = await ask(`GET /${id}/attempts`)
    expect(json.data[0].response.body).toBe('<b>\0\u001b\ufffd\ufffd')
    expect(headers.get('Content-Type')).toBe('application/json')
  })
})

describe('POST .../deliveries/{delivery}/retry', () => {
  it.each(['delivered', 'failed', 'canceled', 'retrying', 'pending'])(
    'from %s makes it due now',
    async (from) => {
      const { id } = await deliver()
      if (from === 'canceled') await ask(`POST /${id}/cancel`)
      else if (from !== 'pending') await attempt(id, 1, from as 'failed')

      const { status, json } = await ask(`POST /${id}/retry`)
      expect(status).toBe(202)
      expect(json).toMatchObject({ id, status: 'pending', reason: null, completedAt: null })
      expect(Date.parse(json.nextAttemptAt)).toBeLessThanOrEqual(Date.now() + 1_000)
    },
  )

  it('keeps the log', async () => {
    const { id } = await deliver()
    await attempt(id, 1, 'failed')
    await ask(`POST /${id}/retry`)
    await attempt(id, 2, 'delivered', Buffer.from('ok'))
    expect((await ask(`GET /${id}/attempts`)).json.data).toMatchObject([
      { number: 1 },
      { number: 2, succeeded: true },
    ])
  })
})

describe('POST .../deliveries/{delivery}/cancel', () => {
  it.each(['pending', 'retrying', 'held'])('ends one that is %s', async (from) => {
    const { id } = await deliver()
    if (from === 'retrying') await attempt(id, 1, 'retrying')
    if (from === 'held') await holdWaiting(api.database.db, tenant, endpointId, 'disabled')
    const { status, json } = await ask(`POST /${id}/cancel`)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      status: 'canceled',
      reason: 'canceled',
      waitingFor: null,
      nextAttemptAt: null,
      completedAt: expect.stringMatching(/Z$/),
    })
  })

  it.each(['delivered', 'failed', 'canceled'])('is a conflict when it is %s', async (from) => {
    const { id } = await deliver()
    if (from === 'canceled') await ask(`POST /${id}/cancel`)
    else await attempt(id, 1, from as 'failed')
    const { status, json } = await ask(`POST /${id}/cancel`)
    expect([status, json.code]).toEqual([409, 'delivery_final'])
    expect((await ask(`GET /${id}`)).json).toMatchObject({ status: from })
  })
})
