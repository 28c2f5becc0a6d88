import { describe, expect, it } from 'vitest'
import { changeEndpoint, type EndpointChange } from '../../src/endpoints/change.ts'
import { removeEndpoint } from '../../src/endpoints/remove.ts'
import { showEndpoint } from '../../src/endpoints/show.ts'
import type { Id } from '../../src/ids.ts'
import { upsertTenant } from '../../src/tenants/store.ts'
import { needs, openRoom, refusedAs } from './room.ts'

const room = openRoom()
const change = (id: Id<'endpoint'>, what: EndpointChange, tenantId = room.tenantId) =>
  room.run((tx) => changeEndpoint(tx, needs, tenantId, id, what))

const settings = {
  description: 'd',
  headers: { 'x-a': 'b' },
  retry: { kind: 'schedule' as const, delaysSeconds: [1], jitter: 0 },
  timeoutMs: 2_000,
  maxInFlight: 3,
  ratePerSecond: 4,
  metadata: { plan: 'pro' },
}

describe('changing an endpoint', () => {
  it('changes what is given, keeps what is left out, and clears what is null', async () => {
    const { endpoint } = await room.register(settings)
    const { id } = endpoint
    expect(await change(id, { url: 'https://other.example/' })).toEqual({
      ...endpoint,
      url: 'https://other.example/',
      updatedAt: expect.any(Date),
    })
    const cleared = Object.fromEntries(Object.keys(settings).map((key) => [key, null]))
    expect(await change(id, cleared)).toMatchObject({ ...cleared, headers: {}, metadata: {} })
  })

  it('puts subscriptions in the place of all that there were', async () => {
    const { endpoint } = await room.register()
    const [kept] = endpoint.subscriptions
    expect((await change(endpoint.id, { description: 'd' })).subscriptions).toEqual([kept])
    const wanted = { eventTypes: ['a'], filter: { n: 1 } }
    expect((await change(endpoint.id, { subscriptions: [wanted] })).subscriptions).toMatchObject([wanted])
    expect((await change(endpoint.id, { subscriptions: [] })).subscriptions).toEqual([])
  })

  it('makes what is cached of the tenant stale', async () => {
    const { endpoint } = await room.register()
    const before = await room.version()
    await change(endpoint.id, { subscriptions: [] })
    expect(await room.version()).toBe(before + 1)
  })

  it('refuses what registering refuses, and changes nothing then', async () => {
    const { endpoint } = await room.register()
    const refusals: [EndpointChange, string][] = [
      [{ url: 'https://10.0.0.1/' }, 'url_not_allowed'],
      [{ headers: { host: 'x' } }, 'header_not_allowed'],
      [{ subscriptions: [{ eventTypes: ['a'], filter: [] }] }, 'filter_invalid'],
    ]
    for (const [what, code] of refusals) {
      await expect(change(endpoint.id, { description: 'new', ...what })).rejects.toMatchObject(
        refusedAs(code),
      )
    }
    expect(await showEndpoint(room.db, room.tenantId, endpoint.id)).toEqual(endpoint)
  })

  it("does not reach another tenant's endpoint", async () => {
    const { endpoint } = await room.register()
    await upsertTenant(room.db, 'stranger', {})
    const attempt = change(endpoint.id, { url: 'https://evil.example/', subscriptions: [] }, 'stranger')
    await expect(attempt).rejects.toMatchObject({ code: 'not_found' })
    expect(await showEndpoint(room.db, room.tenantId, endpoint.id)).toEqual(endpoint)
  })
})

describe('removing an endpoint', () => {
  it('ends what waited for it, and says why', async () => {
    const { endpoint } = await room.register()
    const look = await room.waiting(endpoint.id)
    await room.run((tx) => removeEndpoint(tx, needs, room.tenantId, endpoint.id))
    expect(await look()).toEqual({ status: 'canceled', waitingFor: null, reason: 'endpoint_deleted' })
    const again = room.run((tx) => removeEndpoint(tx, needs, room.tenantId, endpoint.id))
    await expect(again).rejects.toMatchObject({ code: 'not_found' })
  })

  it("does not reach another tenant's endpoint", async () => {
    const { endpoint } = await room.register()
    const look = await room.waiting(endpoint.id)
    await upsertTenant(room.db, 'stranger', {})
    const attempt = room.run((tx) => removeEndpoint(tx, needs, 'stranger', endpoint.id))
    await expect(attempt).rejects.toMatchObject({ code: 'not_found' })
    expect(await look()).toMatchObject({ status: 'pending' })
  })
})
