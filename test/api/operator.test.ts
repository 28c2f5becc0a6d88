/** The operator's tenant over HTTP: its endpoints are like any others, its events are Ringback's alone. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOTICE_TYPES } from '../../src/notices/notice.ts'
import { ensureOperatorTenant } from '../../src/tenants/store.ts'
import { createTestApi, type TestApi } from './test-api.ts'

const path = '/v1/tenants/_operator'
let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
  await ensureOperatorTenant(api.database.db)
})
afterAll(() => api.close())

const register = async () =>
  (
    await api.ask(`POST ${path}/endpoints`, {
      body: { url: 'https://ops.example.com/', subscriptions: [{ eventTypes: ['*'] }] },
    })
  ).json

async function countOf(table: 'events' | 'notices'): Promise<number> {
  const { rows } = await api.database.db.execute<{ n: number }>(
    sql`select count(*)::int as n from ${sql.identifier('ringback')}.${sql.identifier(table)}`,
  )
  return rows[0]!.n
}

describe("the operator's tenant", () => {
  it('is there, and may be made again without harm', async () => {
    await ensureOperatorTenant(api.database.db)
    expect(await api.ask(`GET ${path}`)).toMatchObject({ status: 200, json: { id: '_operator' } })
    const { json } = await api.ask('GET /v1/tenants')
    expect(JSON.stringify(json)).not.toContain('_operator')
  })

  it.each(['PUT', 'DELETE'])('refuses %s', async (method) => {
    const answer = await api.ask(`${method} ${path}`, method === 'PUT' ? { body: { name: 'Mine' } } : {})
    expect([answer.status, answer.json.code]).toEqual([422, 'tenant_id_reserved'])
    expect((await api.ask(`GET ${path}`)).json.name).not.toBe('Mine')
  })

  it('takes no events from a host, alone or in a batch', async () => {
    await register()
    const alone = await api.ask(`POST ${path}/events`, { body: { type: 'endpoint.disabled', data: {} } })
    expect([alone.status, alone.json.code]).toEqual([422, 'tenant_id_reserved'])
    const batch = await api.ask('POST /v1/events', {
      body: { events: [{ tenant: '_operator', type: 'endpoint.disabled', data: {} }] },
    })
    expect(batch.json.data).toMatchObject([{ error: { status: 422, code: 'tenant_id_reserved' } }])
    expect(await countOf('events')).toBe(0)
  })

  it('takes test sends to its endpoints', async () => {
    const { id } = await register()
    const { status, json } = await api.ask(`POST ${path}/endpoints/${id}/test`)
    expect(status).toBe(202)
    expect((await api.ask(`GET ${path}/events/${json.eventId}`)).json).toMatchObject({
      type: 'ringback.test',
      deliveries: [{ id: json.deliveryId, endpointId: id }],
    })
  })
})

describe('switching an endpoint by hand', () => {
  const waiting = async () =>
    (await api.database.db.execute(sql`select type, data from ringback.notices order by id`)).rows

  it('gives a notice of each switch, and none where nothing changes', async () => {
    const { endpointId } = await api.tenant('acme')
    for (const verb of ['enable', 'disable', 'disable', 'enable', 'enable'])
      await api.ask(`POST /v1/tenants/acme/endpoints/${endpointId}/${verb}`)
    expect(await waiting()).toEqual([
      { type: 'endpoint.disabled', data: { tenantId: 'acme', endpointId, reason: 'manual' } },
      { type: 'endpoint.enabled', data: { tenantId: 'acme', endpointId } },
    ])
  })

  it("gives none of the operator's own", async () => {
    const { id } = await register()
    const before = await countOf('notices')
    for (const verb of ['disable', 'enable'])
      expect((await api.ask(`POST ${path}/endpoints/${id}/${verb}`)).status).toBe(200)
    expect(await countOf('notices')).toBe(before)
  })
})

it('the OpenAPI document describes every notice', async () => {
  const { json } = await api.ask('GET /openapi.json')
  expect(Object.keys(json.webhooks)).toEqual(['callback', ...NOTICE_TYPES])
  const { schema } = json.webhooks['endpoint.disabled'].post.requestBody.content['application/json']
  expect(JSON.stringify(schema)).toMatch(
    /"endpoint\.disabled".*"endpointId".*"gone","failing","manual".*"tenantId".*"at"/,
  )
})
