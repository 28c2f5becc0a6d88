import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
const ids: string[] = []
beforeAll(async () => {
  api = await createTestApi()
  for (const tenant of ['acme', 'other', 'large']) await api.tenant(tenant)
  await emit('other', 'invoice.paid', { amount: 1 })
  for (const amount of [500, 1_500]) ids.push(await emit('acme', 'invoice.paid', { amount }))
  ids.push(await emit('acme', 'user.made', { amount: 9_000 }))
})
afterAll(() => api.close())

async function emit(tenant: string, type: string, data: unknown): Promise<string> {
  return (await api.ask(`POST /v1/tenants/${tenant}/events`, { body: { type, data } })).json.id
}

const preview = (body: object, tenant = 'acme') =>
  api.ask(`POST /v1/tenants/${tenant}/filter-previews`, { body })

describe('a preview of a filter', () => {
  it("says of a tenant's newest events which would match, and why the others would not", async () => {
    const { status, json } = await preview({
      eventTypes: ['invoice.*'],
      filter: { amount: { $gte: 1_000 } },
    })
    expect(status).toBe(200)
    const [small, large, user] = ids
    const createdAt = expect.stringMatching(/^\d{4}-.*Z$/)
    expect(json).toEqual({
      data: [
        { eventId: user, type: 'user.made', createdAt, matches: false, reason: 'type' },
        { eventId: large, type: 'invoice.paid', createdAt, matches: true, reason: null },
        { eventId: small, type: 'invoice.paid', createdAt, matches: false, reason: 'filter' },
      ],
    })
  })

  it('takes all types and no filter when nothing is said', async () => {
    const { json } = await preview({})
    expect(json.data.map(({ matches }: { matches: boolean }) => matches)).toEqual([true, true, true])
    expect((await preview({ filter: null })).json).toEqual(json)
  })

  it('looks at as many as it is told', async () => {
    expect((await preview({ limit: 1 })).json.data).toMatchObject([{ eventId: ids[2] }])
    expect(await preview({ limit: 101 })).toMatchObject({ status: 422 })
  })

  it('refuses a filter as a subscription does, and says where', async () => {
    const { status, json } = await preview({ filter: { amount: { $regex: 'a' } } })
    expect([status, json.code]).toEqual([422, 'filter_invalid'])
    expect(json.errors[0].path).toMatch(/^filter/)
    expect((await preview({ eventTypes: ['a b'] })).json.errors).toMatchObject([{ path: 'eventTypes[0]' }])
  })

  it('of a tenant without events is empty, and of none that is there is 404', async () => {
    await api.tenant('new')
    expect((await preview({}, 'new')).json).toEqual({ data: [] })
    expect(await preview({}, 'nobody')).toMatchObject({ status: 404 })
  })

  it('is shorter when events are large, and has one in any case', async () => {
    const data = 'x'.repeat(200_000)
    for (let i = 0; i < 30; i++) await emit('large', 'a', data)
    const { length } = (await preview({ limit: 100 }, 'large')).json.data
    expect(length).toBeGreaterThan(10)
    expect(length).toBeLessThan(30)
  })
})
