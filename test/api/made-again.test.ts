import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess } from '../../src/access/keys.ts'
import { createApi } from '../../src/api/app.ts'
import type { Api } from '../../src/api/needs.ts'
import { ADMIN_KEY, ask, createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
/** Another process on the same database: what it knows of keys is its own. */
let elsewhere: Api
beforeAll(async () => {
  api = await createTestApi()
  const access = createAccess({ ...api.needs, adminKey: ADMIN_KEY, portalTokens: api.portalTokens })
  elsewhere = createApi({ ...api.needs, access })
})
afterAll(() => api.close())

const made = async (request: string, body?: object) => (await api.ask(request, { body })).json

/** Ways into a tenant: a key and a portal token. */
async function waysInto(tenant: string): Promise<Record<string, string>> {
  const { key } = await made('POST /v1/api-keys', { name: 'x', scopes: ['admin'], tenant })
  const { token } = await made(`POST /v1/tenants/${tenant}/portal-sessions`)
  return { 'an API key': key, 'a portal token': token }
}

const as = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

describe('what was given out for a tenant opens nothing of one that is made again under its id', () => {
  it.each(['an API key', 'a portal token'])('%s, used in every process a moment before', async (way) => {
    const tenant = way.replaceAll(' ', '-')
    await api.tenant(tenant)
    const key = (await waysInto(tenant))[way]!
    for (const door of [api.api, elsewhere])
      expect(await ask(door, `GET /v1/tenants/${tenant}/endpoints`, as(key))).toMatchObject({ status: 200 })

    await api.ask(`DELETE /v1/tenants/${tenant}`)
    for (const door of [api.api, elsewhere])
      expect((await ask(door, `GET /v1/tenants/${tenant}/endpoints`, as(key))).status).toBe(401)

    await api.tenant(tenant)
    for (const door of [api.api, elsewhere])
      for (const { request, body } of [
        { request: `GET /v1/tenants/${tenant}/endpoints` },
        { request: `POST /v1/tenants/${tenant}/endpoints`, body: { url: 'https://receiver.example/' } },
      ])
        expect((await ask(door, request, { body, ...as(key) })).status).toBe(401)
    expect((await made(`GET /v1/tenants/${tenant}/endpoints`)).data).toHaveLength(1)
  })

  it('a batch of events', async () => {
    await api.tenant('batch')
    const { 'an API key': key } = await waysInto('batch')
    const body = { events: [{ tenant: 'batch', type: 'a', data: {} }] }
    expect(await ask(elsewhere, 'POST /v1/events', { body, ...as(key!) })).toMatchObject({ status: 202 })
    await api.ask('DELETE /v1/tenants/batch')
    await api.tenant('batch')
    expect(await ask(elsewhere, 'POST /v1/events', { body, ...as(key!) })).toMatchObject({ status: 401 })
  })

  it('a request whose body comes slowly, begun before', async () => {
    await api.tenant('slow')
    const { 'an API key': key } = await waysInto('slow')
    const parts = new TransformStream<Uint8Array, Uint8Array>()
    const writer = parts.writable.getWriter()
    const answer = Promise.resolve(
      elsewhere.request('/v1/tenants/slow/events', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
        body: parts.readable,
        duplex: 'half',
      } as RequestInit),
    )
    // Taken from the stream: the key was found good, and the body is being read.
    await writer.write(Buffer.from('{"type":"a",'))
    await writer.ready

    await api.ask('DELETE /v1/tenants/slow')
    await api.tenant('slow')
    await writer.write(Buffer.from('"data":{}}'))
    await writer.close()
    expect((await answer).status).toBe(401)
    expect((await made('GET /v1/tenants/slow/events')).data).toEqual([])
  })
})
