import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
let all: string
beforeAll(async () => {
  api = await createTestApi()
  await api.ask('PUT /v1/tenants/acme')
  const body = { url: 'https://customer.example/', subscriptions: [] }
  const { json } = await api.ask('POST /v1/tenants/acme/endpoints', { body })
  all = `/v1/tenants/acme/endpoints/${json.id}/subscriptions`
})
afterAll(() => api.close())

const add = async (body: object) => (await api.ask(`POST ${all}`, { body })).json

describe('subscriptions', () => {
  it('are added, read, changed and given up', async () => {
    const { status, json } = await api.ask(`POST ${all}`, { body: { eventTypes: ['invoice.*'] } })
    expect(status).toBe(201)
    expect(json).toEqual({
      id: expect.stringMatching(/^sub_/),
      eventTypes: ['invoice.*'],
      filter: null,
      createdAt: expect.any(String),
    })
    expect((await api.ask(`GET ${all}/${json.id}`)).json).toEqual(json)

    const filter = { amount: { $gte: 1000 } }
    const changed = await api.ask(`PATCH ${all}/${json.id}`, { body: { filter } })
    expect([changed.status, changed.json]).toEqual([200, { ...json, filter }])
    const renamed = await api.ask(`PATCH ${all}/${json.id}`, { body: { eventTypes: ['*'] } })
    expect(renamed.json).toEqual({ ...json, eventTypes: ['*'], filter })
    const cleared = await api.ask(`PATCH ${all}/${json.id}`, { body: { filter: null } })
    expect(cleared.json).toEqual({ ...json, eventTypes: ['*'] })

    expect(await api.ask(`DELETE ${all}/${json.id}`)).toMatchObject({ status: 204, text: '' })
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      expect((await api.ask(`${method} ${all}/${json.id}`)).status).toBe(404)
    }
  })

  it('decide from the next event on', async () => {
    const emit = async (data: object) =>
      (await api.ask('POST /v1/tenants/acme/events', { body: { type: 'order.placed', data } })).json
        .deliveryCount
    expect(await emit({ total: 5 })).toBe(0)
    const { id } = await add({ eventTypes: ['order.*'], filter: { total: { $gt: 1 } } })
    expect([await emit({ total: 5 }), await emit({ total: 1 })]).toEqual([1, 0])
    await api.ask(`DELETE ${all}/${id}`)
    expect(await emit({ total: 5 })).toBe(0)
  })

  it('are listed newest first, page by page', async () => {
    const ids: string[] = []
    for (const type of ['a', 'b', 'c']) ids.unshift((await add({ eventTypes: [type] })).id)
    const idsOf = (json: { data: { id: string }[] }) => json.data.map(({ id }) => id)
    const first = (await api.ask(`GET ${all}?limit=2`)).json
    const second = (await api.ask(`GET ${all}?limit=2&cursor=${first.nextCursor}`)).json
    expect([...idsOf(first), ...idsOf(second)].slice(0, 3)).toEqual(ids)
  })

  it.each([
    [{}, 'validation_failed', 'eventTypes'],
    [{ eventTypes: ['*', 'no pattern'] }, 'validation_failed', 'eventTypes[1]'],
    [{ eventTypes: Array(101).fill('a') }, 'validation_failed', 'eventTypes'],
    [{ eventTypes: ['a'], filter: [] }, 'filter_invalid', 'filter'],
    [{ eventTypes: ['a'], filter: { a: { $regex: 'x' } } }, 'filter_invalid', 'filter.a.$regex'],
  ])('refuse %j', async (body, code, path) => {
    const { status, json } = await api.ask(`POST ${all}`, { body })
    expect([status, json.code, json.errors[0].path]).toEqual([422, code, path])
  })
})
