import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/ids.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

describe('PUT /v1/tenants/{tenant}', () => {
  it('makes a tenant, then changes it, keeping what is left out', async () => {
    const made = await api.ask('PUT /v1/tenants/acme', { body: { name: 'Acme', metadata: { plan: 'pro' } } })
    expect(made.status).toBe(201)
    expect(made.json).toEqual({
      id: 'acme',
      name: 'Acme',
      metadata: { plan: 'pro' },
      retry: null,
      timeoutMs: null,
      retention: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: expect.any(String),
    })
    const changed = await api.ask('PUT /v1/tenants/acme', { body: { timeoutMs: 5_000 } })
    expect(changed.status).toBe(200)
    expect(changed.json).toMatchObject({ name: 'Acme', metadata: { plan: 'pro' }, timeoutMs: 5_000 })
    const cleared = await api.ask('PUT /v1/tenants/acme', { body: { name: null, metadata: null } })
    expect(cleared.json).toMatchObject({ name: null, metadata: {}, timeoutMs: 5_000 })
  })

  it('needs no body', async () => {
    expect(await api.ask('PUT /v1/tenants/bare')).toMatchObject({ status: 201, json: { id: 'bare' } })
  })

  it('takes both kinds of retry policy, and fills in what is left out', async () => {
    const exponential = await api.ask('PUT /v1/tenants/r', {
      body: { retry: { kind: 'exponential', factor: 2 } },
    })
    expect(exponential.json.retry).toEqual({
      kind: 'exponential',
      baseSeconds: 10,
      factor: 2,
      maxDelaySeconds: 86_400,
      maxAttempts: 10,
      jitter: 0.2,
    })
    const schedule = { kind: 'schedule', delaysSeconds: [0.5, 60], jitter: 0 }
    expect((await api.ask('PUT /v1/tenants/r', { body: { retry: schedule } })).json.retry).toEqual(schedule)
  })

  it.each([
    [{ nmae: 'x' }, 'nmae'],
    [{ name: 1 }, 'name'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ timeoutMs: 999 }, 'timeoutMs'],
    [{ timeoutMs: 30_001 }, 'timeoutMs'],
    [{ retry: { kind: 'linear' } }, 'retry.kind'],
    [{ retry: { kind: 'schedule' } }, 'retry.delaysSeconds'],
    [{ retry: { kind: 'schedule', delaysSeconds: [1, -1] } }, 'retry.delaysSeconds[1]'],
    [{ retry: { kind: 'exponential', maxAttempts: 1.5 } }, 'retry.maxAttempts'],
    [{ retry: { kind: 'exponential', delaysSeconds: [1] } }, 'retry.delaysSeconds'],
  ])('refuses %j, and says where', async (body, path) => {
    const { status, json } = await api.ask('PUT /v1/tenants/faulty', { body })
    expect([status, json.code]).toEqual([422, 'validation_failed'])
    expect(json.errors).toMatchObject([{ path }])
    expect((await api.ask('GET /v1/tenants/faulty')).status).toBe(404)
  })

  it.each([
    ['metadata', '{"metadata":{"a":"b","__proto__":"x"}}', 'metadata.__proto__'],
    ['metadata, as an object', '{"metadata":{"__proto__":{"a":"b"}}}', 'metadata.__proto__'],
    ['retry', '{"retry":{"kind":"schedule","delaysSeconds":[],"__proto__":{}}}', 'retry.__proto__'],
  ])('refuses __proto__ in %s, which would be lost without a word', async (_where, body, path) => {
    const { status, json } = await api.ask('PUT /v1/tenants/faulty', { body })
    expect([status, json.code, json.errors]).toEqual([
      422,
      'validation_failed',
      [{ path, message: 'must not be a key' }],
    ])
  })

  it('says what is wrong in plain words', async () => {
    const body = {
      name: 'x'.repeat(257),
      metadata: { a: 1 },
      timeoutMs: 1.5,
      retry: { kind: 'linear' },
    }
    expect((await api.ask('PUT /v1/tenants/faulty', { body })).json.errors).toEqual([
      { path: 'name', message: 'must have 256 characters at most' },
      { path: 'metadata.a', message: 'must be text' },
      { path: 'retry.kind', message: 'must be one of exponential, schedule' },
      { path: 'timeoutMs', message: 'must be a whole number' },
    ])
  })

  it.each(['_x', '_operator2', '-.', 'A'.repeat(128)])('takes %s for an id', async (id) => {
    expect((await api.ask(`PUT /v1/tenants/${id}`)).status).toBe(201)
    expect(await api.ask(`GET /v1/tenants/${id}`)).toMatchObject({ status: 200, json: { id } })
    const event = await api.ask(`POST /v1/tenants/${id}/events`, { body: { type: 'a', data: 1 } })
    expect(event.status).toBe(202)
  })

  it('refuses an id that cannot be one, and that of the operator', async () => {
    const codes = async (id: string) => (await api.ask(`PUT /v1/tenants/${id}`)).json
    expect(await codes('a%20b')).toMatchObject({ status: 422, code: 'tenant_id_invalid' })
    expect(await codes('a'.repeat(129))).toMatchObject({ status: 422, code: 'tenant_id_invalid' })
    expect(await codes('_operator')).toMatchObject({ status: 422, code: 'tenant_id_reserved' })
  })
})

describe('GET /v1/tenants', () => {
  it('gives a tenant, or 404 for one that is not there or cannot be', async () => {
    await api.ask('PUT /v1/tenants/there')
    expect(await api.ask('GET /v1/tenants/there')).toMatchObject({ status: 200, json: { id: 'there' } })
    for (const id of ['nobody', 'a%20b']) {
      expect(await api.ask(`GET /v1/tenants/${id}`)).toMatchObject({
        status: 404,
        json: { code: 'not_found' },
      })
    }
  })

  it('lists all of them newest first, page by page', async () => {
    const own = await createTestApi()
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) await own.ask(`PUT /v1/tenants/${name}`)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { json } = await own.ask(`GET /v1/tenants?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...json.data.map(({ id }: { id: string }) => id))
      cursor = json.nextCursor
    }
    expect(seen).toEqual(names.toReversed())
    await own.close()
  })

  it.each(['251', '0', '-1', '', '1e2', '0x10', '%201', '1.0', '+1', '1&limit=2'])(
    'refuses limit=%s',
    async (limit) => {
      const { status, json } = await api.ask(`GET /v1/tenants?limit=${limit}`)
      expect([status, json.code, json.errors[0].path]).toEqual([422, 'validation_failed', 'limit'])
    },
  )

  it.each(['AAAA', '', '%00', '%ff', '%zz', 'a&cursor=a', '%ed%a0%80'])(
    'refuses cursor=%s as one that is none of its own',
    async (cursor) => {
      const { status, json } = await api.ask(`GET /v1/tenants?cursor=${cursor}`)
      expect([status, json.code]).toEqual([400, 'cursor_invalid'])
    },
  )
})

describe('DELETE /v1/tenants/{tenant}', () => {
  it('takes the endpoints along, and ends what waits for them', async () => {
    const { endpointId } = await api.tenant('leaving')
    const { json: event } = await api.ask('POST /v1/tenants/leaving/events', {
      body: { type: 'a', data: {} },
    })
    expect(event.deliveryCount).toBe(1)

    expect(await api.ask('DELETE /v1/tenants/leaving')).toMatchObject({ status: 204, text: '' })
    expect((await api.ask(`GET /v1/tenants/leaving/endpoints/${endpointId}`)).status).toBe(404)
    expect((await api.ask('DELETE /v1/tenants/leaving')).status).toBe(404)
    expect((await api.ask('POST /v1/tenants/leaving/events', { body: { type: 'a', data: {} } })).status).toBe(
      404,
    )

    await api.ask('PUT /v1/tenants/leaving')
    const { json: deliveries } = await api.ask('GET /v1/tenants/leaving/deliveries')
    expect(deliveries.data).toMatchObject([
      { eventId: event.id, status: 'canceled', reason: 'tenant_deleted' },
    ])
    expect((await api.ask('GET /v1/tenants/leaving/endpoints')).json.data).toEqual([])
  })

  it("frees the hosts' own ids for a tenant made anew, and those of no other", async () => {
    const emit = async (tenant: string) =>
      (await api.ask(`POST /v1/tenants/${tenant}/events`, { body: { type: 'a', data: 1, id: 'order 1' } }))
        .json
    for (const tenant of ['anew', 'staying']) await api.tenant(tenant)
    const first = { anew: await emit('anew'), staying: await emit('staying') }
    await api.ask('DELETE /v1/tenants/anew')
    await api.ask('PUT /v1/tenants/anew')
    expect((await emit('anew')).id).not.toBe(first.anew.id)
    expect((await emit('staying')).id).toBe(first.staying.id)
  })

  it('of one that never was is 404', async () => {
    expect((await api.ask(`DELETE /v1/tenants/${newId('event')}`)).status).toBe(404)
  })
})
