import type { Api } from '../setup/api.ts'
import { type Delivery, type Endpoint, listAll } from '../setup/api.ts'
import { startReceiver } from '../setup/receiver.ts'
import { until } from '../setup/until.ts'

const TENANT = '/v1/tenants/github'

/** Adds to the demo what it has none of: other tenants, keys, a recovery, a receiver that asks to be left alone. @returns ids */
export async function prepare(api: Api): Promise<Record<string, string>> {
  for (const [id, name] of [
    ['acme', 'Acme Ltd'],
    ['globex', 'Globex'],
  ])
    await api('PUT', `/v1/tenants/${id}`, { name })
  await api('POST', '/v1/api-keys', { name: 'billing service', scopes: ['emit'] })
  await api('POST', '/v1/api-keys', { name: 'support', scopes: ['read'] })

  const busy = await startReceiver({
    status: 503,
    headers: { 'retry-after': '240', 'content-type': 'application/json' },
    body: '{"error": "maintenance", "until": "soon"}',
  })
  const { id } = await api<Endpoint>('POST', `${TENANT}/endpoints`, {
    url: busy.url,
    description: 'billing: asks to be left alone for four minutes',
    subscriptions: [{ eventTypes: ['push'], filter: { ref: { $startsWith: 'refs/' } } }],
  })
  const event = await api<{ id: string }>('POST', `${TENANT}/events`, {
    type: 'push',
    data: { ref: 'refs/heads/main', commits: [{ id: 'a1b2c3', message: 'Say what went wrong' }] },
  })
  const [retrying] = await until(
    async () => (await api<{ data: Delivery[] }>('GET', `${TENANT}/deliveries?endpointId=${id}`)).data,
    (all) => all[0]?.status === 'retrying',
    'a delivery to wait for its next attempt',
  )
  await busy.close()
  await api('POST', `${TENANT}/recoveries`, {
    after: new Date(0).toISOString(),
    status: ['delivered'],
    perSecond: 2,
  })
  const endpoints = await listAll<Endpoint & { description: string }>(api, `${TENANT}/endpoints`)
  const named = Object.fromEntries(endpoints.map((one) => [one.description.split(':')[0]!, one.id]))
  return { ...named, event: event.id, retrying: retrying!.id }
}
