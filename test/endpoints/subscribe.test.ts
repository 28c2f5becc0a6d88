import { describe, expect, it } from 'vitest'
import { showEndpoint } from '../../src/endpoints/show.ts'
import { listSubscriptions } from '../../src/endpoints/store.ts'
import { changeSubscription, subscribe, unsubscribe } from '../../src/endpoints/subscribe.ts'
import { type Id, newId } from '../../src/ids.ts'
import { upsertTenant } from '../../src/tenants/store.ts'
import { needs, openRoom, refusedAs } from './room.ts'

const room = openRoom()
const wanted = { eventTypes: ['invoice.*'], filter: { amount: { $gte: 1000 } } }
const add = (endpointId: Id<'endpoint'>, tenantId = room.tenantId) =>
  room.run((tx) => subscribe(tx, needs, tenantId, endpointId, wanted))
const wants = async (endpointId: Id<'endpoint'>) =>
  (await showEndpoint(room.db, room.tenantId, endpointId)).subscriptions

describe('subscribing', () => {
  it('adds to what an endpoint wants, and makes what is cached stale', async () => {
    const { endpoint } = await room.register()
    const before = await room.version()
    const added = await add(endpoint.id)
    expect(added).toMatchObject({ ...wanted, endpointId: endpoint.id })
    expect(await wants(endpoint.id)).toMatchObject([{ eventTypes: ['*'] }, { id: added.id }])
    expect(await room.version()).toBe(before + 1)
  })

  it('refuses a filter that cannot be used, and says where it fails', async () => {
    const { endpoint } = await room.register()
    const bad = room.run((tx) =>
      subscribe(tx, needs, room.tenantId, endpoint.id, { eventTypes: ['a'], filter: { a: { $regex: '.' } } }),
    )
    await expect(bad).rejects.toMatchObject(refusedAs('filter_invalid', 'filter.a.$regex'))
  })

  it('stops at a hundred, whoever subscribes at the same time', async () => {
    const all = Array.from({ length: 98 }, () => wanted)
    const { endpoint } = await room.register({ subscriptions: all })
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => add(endpoint.id)))
    const refusals = results.filter((result) => result.status === 'rejected')
    expect(refusals.map(({ reason }) => reason)).toEqual(
      Array(4).fill(expect.objectContaining({ code: 'too_many_subscriptions' })),
    )
    expect(await wants(endpoint.id)).toHaveLength(100)
  })
})

describe('a subscription', () => {
  it('changes by what is given, and loses its filter for null', async () => {
    const { endpoint } = await room.register({ subscriptions: [] })
    const { id } = await add(endpoint.id)
    const change = (what: object) =>
      room.run((tx) => changeSubscription(tx, needs, room.tenantId, endpoint.id, id, what))
    expect(await change({ eventTypes: ['a'] })).toMatchObject({ eventTypes: ['a'], filter: wanted.filter })
    expect(await change({ filter: null })).toMatchObject({ eventTypes: ['a'], filter: null })
    expect(await change({})).toMatchObject({ eventTypes: ['a'], filter: null })
    await expect(change({ filter: 1 })).rejects.toMatchObject(refusedAs('filter_invalid', 'filter'))
  })

  it('can be given up', async () => {
    const { endpoint } = await room.register({ subscriptions: [] })
    const { id } = await add(endpoint.id)
    const giveUp = () => room.run((tx) => unsubscribe(tx, needs, room.tenantId, endpoint.id, id))
    await giveUp()
    expect(await wants(endpoint.id)).toEqual([])
    await expect(giveUp()).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is found by its own tenant and its own endpoint alone', async () => {
    const { endpoint } = await room.register()
    const { endpoint: beside } = await room.register()
    const { id } = endpoint.subscriptions[0]!
    await upsertTenant(room.db, 'stranger', {})
    for (const [tenantId, endpointId] of [
      ['stranger', endpoint.id],
      [room.tenantId, beside.id],
      [room.tenantId, newId('endpoint')],
    ] as const) {
      const change = room.run((tx) =>
        changeSubscription(tx, needs, tenantId, endpointId, id, { eventTypes: ['x'] }),
      )
      await expect(change).rejects.toMatchObject({ code: 'not_found' })
      const removal = room.run((tx) => unsubscribe(tx, needs, tenantId, endpointId, id))
      await expect(removal).rejects.toMatchObject({ code: 'not_found' })
    }
    await expect(add(endpoint.id, 'stranger')).rejects.toMatchObject({ code: 'not_found' })
    expect(await wants(endpoint.id)).toEqual(endpoint.subscriptions)
  })

  it('is listed newest first, page by page', async () => {
    const { endpoint } = await room.register({ subscriptions: [] })
    const ids: string[] = []
    for (let i = 0; i < 3; i++) ids.unshift((await add(endpoint.id)).id)
    const first = await listSubscriptions(room.db, room.tenantId, endpoint.id, { limit: 2 })
    const olderThan = first.at(-1)!.id
    const second = await listSubscriptions(room.db, room.tenantId, endpoint.id, { limit: 2, olderThan })
    expect([...first, ...second].map(({ id }) => id)).toEqual(ids)
  })
})
