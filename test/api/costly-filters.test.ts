/** Filters that cost more than they may, through the API. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

/** On a list of a thousand, this takes all that a filter may cost. */
const costly = { $and: Array.from({ length: 100 }, (_, i) => ({ list: { $ne: -i } })) }
const data = { list: Array(1_000).fill(1) }

it('an event is accepted, whatever filters cost, and shows whom it was not sent to, and why', async () => {
  const { endpointId: other } = await api.tenant('acme')
  const { json: endpoint } = await api.ask('POST /v1/tenants/acme/endpoints', {
    body: { url: 'https://example.com/', subscriptions: [{ eventTypes: ['*'], filter: costly }] },
  })
  const { status, json } = await api.ask('POST /v1/tenants/acme/events', { body: { type: 'a', data } })
  expect(status).toBe(202)
  const event = (await api.ask(`GET /v1/tenants/acme/events/${json.id}`)).json
  expect(event.deliveries).toMatchObject([{ endpointId: other }])
  expect(event.unmatched).toEqual([{ endpointId: endpoint.id, reason: 'filter_too_costly' }])
})

it('a costly preview lets other requests be answered while it is under way', async () => {
  await api.tenant('many')
  await api.ask('POST /v1/events', { body: { events: Array(100).fill({ tenant: 'many', type: 'a', data }) } })

  const order: string[] = []
  const released = () => order.push('query')
  api.database.pool.on('release', released)
  const preview = api
    .ask('POST /v1/tenants/many/filter-previews', { body: { filter: costly, limit: 100 } })
    .finally(() => order.push('preview'))
  while (!order.includes('preview')) {
    await api.ask('GET /livez')
    order.push('livez')
    await new Promise(setImmediate)
  }
  api.database.pool.off('release', released)

  const { json } = await preview
  expect(json.data).toHaveLength(100)
  for (const shown of json.data) expect(shown).toMatchObject({ matches: false, reason: 'filter_too_costly' })
  // Once the events are read, nothing but the filter is waited for.
  const asked = order.slice(order.lastIndexOf('query'), order.indexOf('preview'))
  expect(asked.filter((entry) => entry === 'livez').length).toBeGreaterThan(5)
})
