import { afterAll, beforeAll, expect, it } from 'vitest'
import { workerName } from '../../src/queue/worker-name.ts'
import type { Accepted } from '../setup/api.ts'
import { startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'

let ringback: TestRingback
let receiver: Awaited<ReturnType<typeof startReceiver>>
beforeAll(async () => {
  ringback = await startRingback()
  receiver = await startReceiver((_, n) => (n === 1 ? 500 : 204))
})
afterAll(async () => {
  await receiver.close()
  await ringback.stop()
})

it('statistics tell of what was delivered, within seconds, to whoever may look', async () => {
  const { api } = ringback
  await api('PUT', '/v1/tenants/acme', {})
  const retry = { kind: 'schedule', delaysSeconds: [0.05] }
  const all = '/v1/tenants/acme/endpoints'
  const { id } = await api<{ id: string }>('POST', all, { url: receiver.url, retry })
  const paused = await api<{ id: string }>('POST', all, { url: receiver.url })
  await api('POST', `${all}/${paused.id}/pause`)
  await api<Accepted>('POST', '/v1/tenants/acme/events', { type: 'a', data: {} })

  const stats = await until(
    () => api<{ totals: { attempts: number } }>('GET', '/v1/tenants/acme/stats?window=1h'),
    ({ totals }) => totals.attempts === 2,
    'both attempts to be counted',
    60_000,
  )
  const latency = expect.any(Number)
  const totals = {
    attempts: 2,
    succeeded: 1,
    failed: 1,
    successRate: 0.5,
    byError: { http_status: 1 },
    byStatusCode: { 204: 1, 500: 1 },
    latencyMs: { p50: latency, p95: latency, p99: latency },
    events: 1,
    deliveries: { delivered: 1, failed: 0, canceled: 0 },
    waiting: { pending: 0, retrying: 0, held: 1 },
  }
  const endpoints = { active: 1, paused: 1, failing: 0, disabled: 0 }
  expect(stats).toEqual({
    window: '1h',
    from: expect.any(String),
    to: expect.any(String),
    bucketSeconds: 60,
    totals: { ...totals, waiting: expect.any(Object) },
    buckets: expect.any(Array),
    endpoints,
  })
  const { buckets } = stats as unknown as { buckets: { attempts: number }[] }
  expect(buckets).toHaveLength(60)
  expect(buckets.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(2)

  const ofEndpoint = await api('GET', `${all}/${id}/stats`)
  expect(ofEndpoint).toMatchObject({
    window: '24h',
    bucketSeconds: 900,
    totals: { ...totals, waiting: { pending: 0, retrying: 0, held: 0 } },
  })
  expect(ofEndpoint).not.toHaveProperty('endpoints')
  expect(await api('GET', `${all}/${paused.id}/stats`)).toMatchObject({
    totals: { attempts: 0, successRate: null, waiting: { held: 1 } },
  })
  const lane = { waiting: expect.any(Number), active: expect.any(Number), delayed: expect.any(Number) }
  expect(await api('GET', '/v1/stats?window=30d')).toMatchObject({
    bucketSeconds: 21_600,
    totals: { attempts: 2, events: 1 },
    endpoints,
    queue: { deliver: lane, redeliver: lane },
    workers: [{ name: workerName(), lanes: ['deliver', 'redeliver'] }],
  })
}, 90_000)

it('windows that are none are refused', async () => {
  await expect(ringback.api('GET', '/v1/stats?window=2h')).rejects.toMatchObject({ status: 422 })
})
