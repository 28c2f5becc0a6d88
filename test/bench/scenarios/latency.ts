import { type Live, latencyOf, peakOf } from '../emit.ts'
import { CONCURRENCY } from '../load.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import { MODERATE, type Scenario } from './scenario.ts'

const TENANT = 'latency'

export const latency: Scenario = {
  name: 'latency',
  shows: 'From the 202 to the arrival, at 30 % of the peak.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server } = await startPlace(backend, closing)
    await newTenant(server, TENANT)
    await newEndpoints(server, receivers, {
      tenant: TENANT,
      group: 'one',
      count: 1,
      settings: { maxInFlight: CONCURRENCY },
    })
    const live: Live = { server, receivers, group: 'one', eventOf: () => ({ tenant: TENANT, type: 'one.0' }) }
    await peakOf(live, seconds)
    const peak = await peakOf(live, seconds)
    const [p50s, p99s]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      const { p50, p99 } = await latencyOf(live, peak * MODERATE, seconds)
      p50s.push(p50)
      p99s.push(p99)
      say(`  at ${(peak * MODERATE).toFixed(0)}/s: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
    }
    return [
      { key: 'perSecond', says: 'events a second', unit: '/s', values: [peak * MODERATE] },
      { key: 'p50Ms', says: 'from the 202 to the arrival, p50', unit: 'ms', values: p50s, atMost: 15 },
      { key: 'p99Ms', says: 'p99', unit: 'ms', values: p99s, atMost: 75 },
    ]
  },
}
