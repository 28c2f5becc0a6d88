/** What the API says of endpoints that an event has not gone to. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { timeOfId } from '../../src/ids.ts'
import { until } from '../setup/until.ts'
import { createTestApi, type TestApi } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

/** A tenant of its own for every test. */
let path = ''
let count = 0
beforeEach(async () => {
  path = `/v1/tenants/tenant-${++count}`
  await api.ask(`PUT ${path}`, { body: {} })
})

const ALL = [{ eventTypes: ['*'] }]
const post = async (to: string, body: unknown = {}) => (await api.ask(`POST ${path}/${to}`, { body })).json
const register = (subscriptions: object[]): Promise<{ id: string }> =>
  post('endpoints', { url: 'https://example.com/', subscriptions })
const emit = (data: unknown = {}): Promise<{ id: string }> => post('events', { type: 'order.paid', data })
const look = async (event: { id: string }) => (await api.ask(`GET ${path}/events/${event.id}`)).json
const whyNot = async (event: { id: string }) => (await look(event)).unmatched

/** An endpoint of the event's own millisecond counts as one of its time. */
const passed = ({ id }: { id: string }) =>
  until(Date.now, (now) => now > timeOfId(id), 'the next millisecond')

describe('an event shows of an endpoint that it has not gone to', () => {
  it('that it subscribes to no such type', async () => {
    const { id: endpointId } = await register([{ eventTypes: ['invoice.*'] }, { eventTypes: ['order'] }])
    expect(await whyNot(await emit())).toEqual([{ endpointId, reason: 'event_type' }])
  })

  it('that its filters keep the data out', async () => {
    const filter = { amount: { $gte: 1000 } }
    const { id: endpointId } = await register([{ eventTypes: ['invoice.*'] }, { eventTypes: ['*'], filter }])
    expect(await whyNot(await emit({ amount: 999 }))).toEqual([{ endpointId, reason: 'filter' }])
    expect(await whyNot(await emit({ amount: 1000 }))).toEqual([])
  })

  it('that it subscribes to nothing', async () => {
    const { id: endpointId } = await register([])
    expect(await whyNot(await emit())).toEqual([{ endpointId, reason: 'no_subscription' }])
  })

  it('that it was made later', async () => {
    const event = await emit()
    await passed(event)
    const { id: endpointId } = await register(ALL)
    expect(await whyNot(event)).toEqual([{ endpointId, reason: 'created_later' }])
  })

  it('that it subscribed later', async () => {
    const { id: endpointId } = await register([])
    const event = await emit()
    await post(`endpoints/${endpointId}/subscriptions`, ALL[0])
    expect(await whyNot(event)).toEqual([{ endpointId, reason: 'subscribed_later' }])
  })

  it('that it is disabled, beside the delivery that is held for it until it is enabled', async () => {
    const { id: endpointId } = await register(ALL)
    await post(`endpoints/${endpointId}/disable`)
    const event = await emit()
    expect(await look(event)).toMatchObject({
      deliveries: [{ endpointId, status: 'held', waitingFor: 'disabled', attemptCount: 0 }],
      unmatched: [{ endpointId, reason: 'disabled' }],
    })

    await post(`endpoints/${endpointId}/enable`)
    expect(await look(event)).toMatchObject({
      deliveries: [{ endpointId, status: 'pending' }],
      unmatched: [],
    })
  })

  it('a reason for each of them, the oldest first, and nothing of those it goes to', async () => {
    const other = await register([{ eventTypes: ['invoice.*'] }])
    await register(ALL)
    const off = await register(ALL)
    await post(`endpoints/${off.id}/disable`)
    const silent = await register([])
    expect(await whyNot(await emit())).toEqual([
      { endpointId: other.id, reason: 'event_type' },
      { endpointId: off.id, reason: 'disabled' },
      { endpointId: silent.id, reason: 'no_subscription' },
    ])
  })
})

it('the OpenAPI document explains every reason', async () => {
  const { json } = await api.ask('GET /openapi.json')
  const { reason } = json.components.schemas.Event.allOf[1].properties.unmatched.items.properties
  for (const name of reason.enum) expect(reason.description).toContain(`\`${name}\``)
  expect(reason.enum.toSorted()).toEqual([
    'created_later',
    'disabled',
    'event_type',
    'filter',
    'filter_too_costly',
    'no_subscription',
    'subscribed_later',
  ])
})
