import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureOperatorTenant } from '../../src/tenants/store.ts'
import { OPERATOR_TENANT } from '../../src/tenants/tenant.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  await ensureOperatorTenant(api.database.db)
  for (const tenant of ['acme', 'other']) {
    await api.tenant(tenant)
    for (const type of ['a', 'b'])
      await api.ask(`POST /v1/tenants/${tenant}/events`, { body: { type, data: {} } })
  }
  const own = `/v1/tenants/${OPERATOR_TENANT}/endpoints`
  const { id } = (await api.ask(`POST ${own}`, { body: { url: 'https://receiver.example/' } })).json
  await api.ask(`POST ${own}/${id}/test`, { body: { data: {} } })
})
afterAll(() => api.close())

const list = async (path: string) => {
  const { status, json } = await api.ask(`GET ${path}`)
  expect(status).toBe(200)
  return json.data as { id: string; tenantId: string }[]
}

describe.each(['deliveries', 'events', 'endpoints'])('GET /v1/%s', (things) => {
  it('lists those of all tenants, the newest first, each as its tenant’s own list shows it', async () => {
    const all = await list(`/v1/${things}`)
    const each = [
      ...(await list(`/v1/tenants/acme/${things}`)),
      ...(await list(`/v1/tenants/other/${things}`)),
    ]
    expect(all).toEqual(each.sort((a, b) => (a.id < b.id ? 1 : -1)))
    expect(all.length).toBeGreaterThan(1)
  })

  it('leaves out the operator’s own, whoever asks', async () => {
    expect(await list(`/v1/tenants/${OPERATOR_TENANT}/${things}`)).not.toEqual([])
    expect((await list(`/v1/${things}`)).map(({ tenantId }) => tenantId)).not.toContain(OPERATOR_TENANT)
    expect(await api.ask(`GET /v1/${things}?tenant=${OPERATOR_TENANT}`)).toMatchObject({ status: 404 })
  })

  it('lists those of one tenant when it is told', async () => {
    expect(await list(`/v1/${things}?tenant=acme`)).toEqual(await list(`/v1/tenants/acme/${things}`))
    expect(await api.ask(`GET /v1/${things}?tenant=nobody`)).toMatchObject({ status: 404 })
  })

  it('goes on from page to page', async () => {
    const whole = await list(`/v1/${things}`)
    const first = (await api.ask(`GET /v1/${things}?limit=1`)).json
    const second = await list(`/v1/${things}?limit=1&cursor=${first.nextCursor}`)
    expect([...first.data, ...second]).toEqual(whole.slice(0, 2))
  })
})

describe('filters', () => {
  it('of deliveries', async () => {
    const [one] = await list('/v1/deliveries?eventType=b')
    const { endpointId, eventId } = one as unknown as { endpointId: string; eventId: string }
    expect(await list('/v1/deliveries?eventType=b')).toHaveLength(2)
    expect(await list(`/v1/deliveries?endpointId=${endpointId}`)).toHaveLength(2)
    expect(await list(`/v1/deliveries?eventId=${eventId}`)).toEqual([one])
    await api.ask(`POST /v1/tenants/${one!.tenantId}/deliveries/${one!.id}/cancel`)
    expect(await list('/v1/deliveries?status=canceled')).toMatchObject([{ id: one!.id }])
    expect(await list('/v1/deliveries?before=2020-01-01T00:00:00Z')).toEqual([])
  })

  it('of events and endpoints', async () => {
    expect(await list('/v1/events?type=a')).toHaveLength(2)
    const [one] = await list('/v1/endpoints?status=active')
    await api.ask(`POST /v1/tenants/${one!.tenantId}/endpoints/${one!.id}/pause`)
    expect(await list('/v1/endpoints?status=paused')).toMatchObject([{ id: one!.id }])
  })
})
