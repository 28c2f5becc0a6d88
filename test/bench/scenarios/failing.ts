import { setTimeout as pause } from 'node:timers/promises'
import { emitAtPace, latencyBetween } from '../emit.ts'
import { percentile } from '../figures.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import type { Scenario } from './scenario.ts'

const ENDPOINTS = 100
const PER_SECOND = 100
const SECONDS = { quick: 15, usual: 90, full: 300 }
const TENANT = 'failing'

/** Beside them, one that is well gets a tenth as much. */
const WELL = 10

export const failing: Scenario = {
  name: 'failing',
  shows: '100 endpoints answer 500 to everything, at 100 events a second; one more endpoint is well.',
  async run({ backend, extent, closing, say }) {
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server } = await startPlace(backend, closing)
    await newTenant(server, TENANT)
    await newEndpoints(server, receivers, { tenant: TENANT, group: 'fails', count: ENDPOINTS })
    await newEndpoints(server, receivers, { tenant: TENANT, group: 'well', count: 1 })
    await receivers.behave('fails', { status: 500 })

    const seconds = SECONDS[extent.name]
    say(`  for ${seconds} s`)
    const one = WELL + 1
    const acceptedAt = await emitAtPace(server, {
      perSecond: (PER_SECOND * one) / WELL,
      seconds,
      eventOf: (n) => ({
        tenant: TENANT,
        type: n % one === 0 ? 'well.0' : `fails.${(n - Math.floor(n / one)) % ENDPOINTS}`,
      }),
    })
    await settled(async () => (await receivers.count('fails')).distinct)
    const [failed, taken] = [await receivers.arrivals('fails'), await receivers.arrivals('well')]
    const first = [...acceptedAt].flatMap(([id, at]) => {
      const arrived = failed.get(id)
      return arrived === undefined ? [] : [arrived - at]
    })
    const { requests } = await receivers.count('fails')
    const expected = [...acceptedAt.keys()].filter((id) => !taken.has(id)).length
    say(`  ${requests} requests, ${expected - first.length} events not tried yet`)
    return [
      {
        key: 'firstP50Ms',
        says: 'first attempts, from the 202, p50',
        unit: 'ms',
        values: [percentile(first, 0.5)],
      },
      {
        key: 'firstP99Ms',
        says: 'first attempts, p99',
        unit: 'ms',
        values: [percentile(first, 0.99)],
        atMost: 2_000,
      },
      {
        key: 'wellP99Ms',
        says: 'the endpoint that is well, p99',
        unit: 'ms',
        values: [latencyBetween(acceptedAt, taken).p99],
        atMost: 2_000,
      },
      { key: 'tried', says: 'events that were tried', unit: '', values: [first.length] },
      {
        key: 'untried',
        says: 'events held by an open circuit before their first attempt',
        unit: '',
        values: [expected - first.length],
      },
      { key: 'requests', says: 'requests, retries among them', unit: '', values: [requests] },
    ]
  },
}

/** Resolves when it has not grown for two seconds: whatever is not tried by then is held. */
async function settled(count: () => Promise<number>) {
  let last = -1
  for (let now = await count(); now !== last; now = await count()) {
    last = now
    await pause(2_000)
  }
}
