import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess } from '../../src/access/keys.ts'
import { createApi } from '../../src/api/app.ts'
import type { Api } from '../../src/api/needs.ts'
import { newId } from '../../src/ids.ts'
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

describe('what a tenant left is nothing of one that is made again under its id', () => {
  const all = { after: '2020-01-01T00:00:00Z' }
  const listed = async (path: string, key?: string) =>
    (await api.ask(`GET /v1/tenants/left/${path}`, key ? as(key) : {})).json.data
  let event: string
  let delivery: string
  let ways: Record<string, string>

  beforeAll(async () => {
    await api.tenant('left')
    await api.ask('POST /v1/tenants/left/endpoints', { body: { url: 'https://former.example/' } })
    event = (await made('POST /v1/tenants/left/events', { type: 'a', data: { of: 'the former' } })).id
    delivery = (await listed('deliveries'))[0].id
    await api.ask('DELETE /v1/tenants/left')
    await api.tenant('left')
    await api.ask('POST /v1/tenants/left/endpoints', { body: { url: 'https://latter.example/' } })
    ways = await waysInto('left')
  })

  it.each(['an API key', 'a portal token'])('%s of it lists none of that, however far back', async (way) => {
    for (const path of ['events', 'deliveries', `deliveries?eventId=${event}`, `events?after=${all.after}`])
      expect(await listed(path, ways[way]), path).toEqual([])
    const actions = (await listed('audit-log', ways[way])).map(({ action }: { action: string }) => action)
    expect(actions).toContain('endpoint.created')
    expect(actions).not.toContain('tenant.deleted')
  })

  it.each(['an API key', 'a portal token'])('%s of it finds none of that by its id', async (way) => {
    for (const [request, absent] of [
      [`GET /v1/tenants/left/events/${event}`, `GET /v1/tenants/left/events/${newId('event')}`],
      [`GET /v1/tenants/left/deliveries/${delivery}`, `GET /v1/tenants/left/deliveries/${newId('delivery')}`],
      [`GET /v1/tenants/left/deliveries/${delivery}/attempts`],
      [`POST /v1/tenants/left/deliveries/${delivery}/retry`],
      [`POST /v1/tenants/left/deliveries/${delivery}/cancel`],
    ] as const) {
      const { status, json } = await api.ask(request, as(ways[way]!))
      expect(status, request).toBe(404)
      if (absent) expect(json).toEqual((await api.ask(absent, as(ways[way]!))).json)
    }
  })

  it.each(['an API key', 'a portal token'])('%s of it tries no filter on that', async (way) => {
    const request = 'POST /v1/tenants/left/filter-previews'
    const body = { filter: { of: 'the former' } }
    expect((await api.ask(request, { body, ...as(ways[way]!) })).json.data).toEqual([])
    expect((await made(request, body)).data).toMatchObject([{ eventId: event, matches: true }])
  })

  it('no recovery sends its events to the endpoints of the new one, whoever asks', async () => {
    const body = { ...all, includeUnsent: true, status: ['failed', 'canceled', 'delivered'], dryRun: true }
    for (const key of [ADMIN_KEY, ...Object.values(ways)])
      expect(await api.ask('POST /v1/tenants/left/recoveries', { body, ...as(key) })).toMatchObject({
        status: 202,
        json: { matched: 0 },
      })
  })

  it('the operator sees it until retention drops it', async () => {
    expect(await listed('events')).toMatchObject([{ id: event }])
    expect((await made(`GET /v1/tenants/left/deliveries/${delivery}`)).status).toBe('canceled')
  })

  it('what is of the new one, it sees', async () => {
    const { id } = await made('POST /v1/tenants/left/events', { type: 'a', data: {} })
    for (const key of Object.values(ways)) expect(await listed('events', key)).toMatchObject([{ id }])
  })
})
