import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  await api.tenant('acme')
})
afterAll(() => api.close())

const schema = { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } }
const emit = (type: string, data: unknown) =>
  api.ask('POST /v1/tenants/acme/events', { body: { type, data } })

describe('PUT /v1/event-types/{name}', () => {
  it('makes an event type, then changes it, keeping what is left out', async () => {
    const body = { description: 'A bill was settled.', schema, schemaMode: 'warn', example: { amount: 1200 } }
    const made = await api.ask('PUT /v1/event-types/invoice.paid', { body })
    expect(made.status).toBe(201)
    expect(made.json).toEqual({
      name: 'invoice.paid',
      ...body,
      deprecated: false,
      archivedAt: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    const changed = await api.ask('PUT /v1/event-types/invoice.paid', {
      body: { deprecated: true, example: null },
    })
    expect(changed.status).toBe(200)
    expect(changed.json).toMatchObject({ ...body, deprecated: true, example: null })
    expect((await api.ask('GET /v1/event-types/invoice.paid')).json).toEqual(changed.json)
  })

  it('enforces a schema from then on, with the path of what breaks it', async () => {
    await api.ask('PUT /v1/event-types/strict', { body: { schema, schemaMode: 'enforce' } })
    expect((await emit('strict', { amount: 1 })).status).toBe(202)
    const { status, json } = await emit('strict', { amount: 'much' })
    expect([status, json.code]).toEqual([422, 'schema_violation'])
    expect(json.errors).toEqual([{ path: 'data.amount', message: 'must be number' }])
    await api.ask('PUT /v1/event-types/strict', { body: { schemaMode: 'warn' } })
    expect((await emit('strict', {})).status).toBe(202)
  })

  it('refuses a schema that could not be used, and keeps the one there is', async () => {
    await api.ask('PUT /v1/event-types/kept', { body: { schema } })
    const { status, json } = await api.ask('PUT /v1/event-types/kept', {
      body: { schema: { type: 'money' } },
    })
    expect([status, json.code, json.errors[0].path]).toEqual([422, 'schema_invalid', 'schema'])
    expect((await api.ask('GET /v1/event-types/kept')).json.schema).toEqual(schema)
  })

  it.each(['a b', 'a..b', '.a', 'ü', 'a*', 'a'.repeat(257)])('refuses the name %j', async (name) => {
    const { status, json } = await api.ask(`PUT /v1/event-types/${encodeURIComponent(name)}`)
    expect([status, json.code]).toEqual([422, 'event_type_name_invalid'])
  })

  it.each([
    [{ schemaMode: 'maybe' }, 'schemaMode'],
    [{ schema: 'text' }, 'schema'],
    [{ deprecated: 'yes' }, 'deprecated'],
    [{ exmaple: 1 }, 'exmaple'],
  ])('refuses %j, and says where', async (body, path) => {
    const { status, json } = await api.ask('PUT /v1/event-types/faulty', { body })
    expect([status, json.code, json.errors[0].path]).toEqual([422, 'validation_failed', path])
  })
})

describe('GET and DELETE /v1/event-types', () => {
  it('list the catalogue newest first, page by page, without what is archived', async () => {
    const own = await createTestApi()
    for (const name of ['a', 'b.c', 'd']) await own.ask(`PUT /v1/event-types/${name}`)
    const names = (json: { data: { name: string }[] }) => json.data.map(({ name }) => name)
    const first = (await own.ask('GET /v1/event-types?limit=2')).json
    const second = (await own.ask(`GET /v1/event-types?limit=2&cursor=${first.nextCursor}`)).json
    expect([names(first), names(second), second.nextCursor]).toEqual([['d', 'b.c'], ['a'], null])

    expect(await own.ask('DELETE /v1/event-types/b.c')).toMatchObject({ status: 204, text: '' })
    expect(names((await own.ask('GET /v1/event-types')).json)).toEqual(['d', 'a'])
    expect((await own.ask('GET /v1/event-types/b.c')).json.archivedAt).toEqual(expect.any(String))

    expect(await own.ask('PUT /v1/event-types/b.c')).toMatchObject({
      status: 200,
      json: { archivedAt: null },
    })
    expect(names((await own.ask('GET /v1/event-types')).json)).toEqual(['d', 'b.c', 'a'])
    await own.close()
  })

  it('are 404 for a name that is not there or cannot be', async () => {
    for (const name of ['absent', 'a%20b']) {
      for (const method of ['GET', 'DELETE']) {
        const { status, json } = await api.ask(`${method} /v1/event-types/${name}`)
        expect([status, json.code, json.detail]).toEqual([404, 'not_found', 'No such event type.'])
      }
    }
  })
})

describe('GET /v1/tenants/{tenant}/event-types', () => {
  it('shows the catalogue to whoever sees one tenant alone, without what is archived', async () => {
    for (const name of ['seen.first', 'seen.then', 'seen.no.more'])
      await api.ask(`PUT /v1/event-types/${name}`)
    await api.ask('DELETE /v1/event-types/seen.no.more')
    const { token } = (await api.ask('POST /v1/tenants/acme/portal-sessions')).json
    const headers = { Authorization: `Bearer ${token}` }
    const look = (path: string) => api.ask(`GET /v1/tenants/acme/event-types${path}`, { headers })

    const whole = (await api.ask('GET /v1/event-types?limit=250')).json
    expect((await look('?limit=250')).json).toEqual(whole)
    const first = (await look('?limit=1')).json
    expect(first.data).toMatchObject([{ name: 'seen.then' }])
    const next = await look(`?limit=1&cursor=${first.nextCursor}`)
    expect(next.json.data).toMatchObject([{ name: 'seen.first' }])

    expect((await look('/seen.first')).json).toEqual((await api.ask('GET /v1/event-types/seen.first')).json)
    expect(await look('/seen.no.more')).toMatchObject({ status: 404 })
    expect(await look('/never.there')).toMatchObject({ status: 404 })
    expect(await api.ask('GET /v1/tenants/nobody/event-types')).toMatchObject({ status: 404 })
  })
})
