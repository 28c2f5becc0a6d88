import { type Live, peakOf } from '../emit.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import type { Scenario } from './scenario.ts'

const COUNTS = { quick: [10, 1_000], usual: [10, 1_000, 10_000], full: [10, 1_000, 10_000] }

export const endpoints: Scenario = {
  name: 'endpoints',
  shows: 'Events that go round 10, 1,000 and 10,000 endpoints of one tenant.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const most = Math.max(...COUNTS[extent.name])
    const { server } = await startPlace(backend, closing, { RINGBACK_MAX_ENDPOINTS: `${most}` })
    const lives: { count: number; live: Live; perSecond: number[] }[] = []
    for (const count of COUNTS[extent.name]) {
      const tenant = `with-${count}`
      await newTenant(server, tenant)
      await newEndpoints(server, receivers, { tenant, group: tenant, count, settings: { maxInFlight: 50 } })
      say(`  ${count} endpoints registered`)
      const eventOf = (n: number) => ({ tenant, type: `${tenant}.${n % count}` })
      const live: Live = { server, receivers, group: tenant, eventOf }
      await peakOf(live, seconds)
      lives.push({ count, live, perSecond: [] })
    }
    for (let round = 0; round < rounds; round++)
      for (const { count, live, perSecond } of lives) {
        perSecond.push(await peakOf(live, seconds))
        say(`  ${count} endpoints: ${perSecond[round]!.toFixed(0)}/s`)
      }
    const [few] = lives
    const many = lives.at(-1)!
    return [
      ...lives.map(({ count, perSecond }) => ({
        key: `with${count}PerSecond`,
        says: `deliveries to ${count} endpoints`,
        unit: '/s' as const,
        values: perSecond,
      })),
      {
        key: 'ratio',
        says: `${many.count} endpoints, against ${few!.count}`,
        unit: 'x',
        values: many.perSecond.map((value, i) => value / few!.perSecond[i]!),
        atLeast: 0.9,
      },
    ]
  },
}
