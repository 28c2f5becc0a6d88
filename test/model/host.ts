/** The host application: it registers endpoints and emits events, and what it was answered goes into the ledger. */
import { setImmediate as turn } from 'node:timers/promises'
import { SYSTEM } from '../../src/audit/entry.ts'
import { listDeliveries } from '../../src/deliveries/store.ts'
import { registerEndpoint } from '../../src/endpoints/register.ts'
import { newId } from '../../src/ids.ts'
import type { RetryPolicy } from '../../src/retry/policy.ts'
import type { World } from './world.ts'

/** A short one, one without retries, and one that retries at once and ends beyond the horizon of alarms. */
const POLICIES: RetryPolicy[] = [
  { kind: 'schedule', delaysSeconds: [1, 30, 3_600], jitter: 0.2 },
  { kind: 'schedule', delaysSeconds: [], jitter: 0 },
  { kind: 'exponential', baseSeconds: 0.5, factor: 10, maxDelaySeconds: 86_400, maxAttempts: 7, jitter: 0.5 },
]

/** More would only thin out what happens to each. */
const MOST_ENDPOINTS = 4

/** Registers one more endpoint that wants everything, unless there are enough. */
export async function register(world: World): Promise<void> {
  const { db, egress, keyring, tenantId, ledger } = world
  if (ledger.endpoints.filter(({ state }) => state !== 'deleted').length >= MOST_ENDPOINTS) return

  const n = ledger.endpoints.length
  const [url, policy] = [`https://receiver.example/${n}`, POLICIES[n % POLICIES.length]!]
  const { endpoint, secret } = await db.transaction((tx) =>
    registerEndpoint(tx, { by: SYSTEM, ids: newId, keyring, egress, most: MOST_ENDPOINTS }, tenantId, {
      url,
      retry: policy,
    }),
  )
  ledger.endpoints.push({
    id: endpoint.id,
    url,
    policy,
    state: 'on',
    since: world.now(),
    secrets: [{ secret, expiresAt: null }],
  })
}

/**
 * Emits events.
 * @param apiDies between the commit and the queue: the alarms are never set
 */
export async function emit(world: World, count: number, apiDies: boolean): Promise<void> {
  const { db, acceptor, tenantId, ledger, alarms } = world
  world.apiDies = apiDies
  const emitted = Array.from({ length: count }, (_, i) => {
    const value = { n: ledger.events.size + i }
    return { value, data: JSON.stringify(value) }
  })
  const accepted = await Promise.all(
    emitted.map((data) => acceptor.accept({ tenantId, type: 'order.paid', ...data })),
  )
  await turn()
  await alarms.idle()
  world.apiDies = false

  accepted.forEach(({ id, deliveryCount }, i) => {
    ledger.events.set(id, { data: emitted[i]!.data, deliveryCount })
  })
  const rows = await listDeliveries(db, tenantId, { limit: count * MOST_ENDPOINTS })
  for (const row of rows.reverse()) {
    const isNew = accepted.some(({ id }) => id === row.eventId)
    const endpoint = ledger.endpoints.find(({ id }) => id === row.endpointId)
    if (isNew && endpoint)
      ledger.deliveries.push({
        id: row.id,
        eventId: row.eventId,
        endpoint,
        isCanceled: false,
        retries: 0,
        sentBefore: 0,
      })
  }
}
