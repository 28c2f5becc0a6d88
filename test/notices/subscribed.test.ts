/** Notices as the operator gets them: through the whole, over HTTP at both ends. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHost } from '../e2e/host.ts'
import type { Endpoint } from '../setup/api.ts'
import { type Received, type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'

let ringback: TestRingback
let operator: Receiver
let receiver: Receiver
beforeAll(async () => {
  ringback = await startRingback({ variables: { RINGBACK_STRICT_EVENT_TYPES: 'true' } })
  operator = await startReceiver()
  receiver = await startReceiver()
})
afterAll(async () => {
  await ringback?.stop()
  await Promise.all([operator?.close(), receiver?.close()])
})

const contentOf = (request: Received) => JSON.parse(request.body.toString())

test("an endpoint of the operator's that subscribes to endpoint.* hears of every endpoint switched, and of none of its own", async () => {
  const { api } = ringback
  const own = await api<Endpoint & { secret: string }>('POST', '/v1/tenants/_operator/endpoints', {
    url: operator.url,
    subscriptions: [{ eventTypes: ['endpoint.*'] }],
  })
  const deaf = await api<Endpoint>('POST', '/v1/tenants/_operator/endpoints', {
    url: operator.url,
    subscriptions: [{ eventTypes: ['recovery.*'] }],
  })
  const host = await createHost(api)
  const { id: endpointId } = await host.register(receiver.url)

  await api('POST', `/v1/tenants/_operator/endpoints/${deaf.id}/disable`)
  await api('POST', `${host.path}/endpoints/${endpointId}/disable`)
  await api('POST', `${host.path}/endpoints/${endpointId}/enable`)
  await operator.waitFor(2)

  const about = { tenantId: host.tenant, endpointId, at: expect.any(String) }
  expect(operator.requests.map(contentOf).sort((a, b) => (a.type < b.type ? -1 : 1))).toEqual([
    { type: 'endpoint.disabled', timestamp: expect.any(String), data: { ...about, reason: 'manual' } },
    { type: 'endpoint.enabled', timestamp: expect.any(String), data: about },
  ])
  for (const request of operator.requests) operator.verify(own.secret, request)
})
