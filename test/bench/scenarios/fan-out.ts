import { setTimeout as pause } from 'node:timers/promises'
import { emitMany } from '../emit.ts'
import { milliseconds } from '../figures.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import type { Scenario } from './scenario.ts'

const WIDTHS = [1, 10, 1_000]

/** Of each width as many, so that their times compare. */
const DELIVERIES = { quick: 2_000, usual: 10_000, full: 20_000 }

export const fanOut: Scenario = {
  name: 'fan-out',
  shows: 'Events that 1, 10 and 1,000 endpoints of a tenant want.',
  async run({ backend, extent, closing, say }) {
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server } = await startPlace(backend, closing)
    const deliveries = DELIVERIES[extent.name]
    for (const width of WIDTHS) {
      const tenant = tenantOf(width)
      await newTenant(server, tenant)
      const settings = { subscriptions: [{ eventTypes: ['fan'] }], maxInFlight: 50 }
      await newEndpoints(server, receivers, { tenant, group: tenant, count: width, settings })
    }

    /** @returns deliveries a second, from the first event until the last has arrived */
    async function deliver(width: number): Promise<number> {
      await receivers.forget()
      const began = milliseconds()
      await emitMany(server, deliveries / width, () => ({ tenant: tenantOf(width), type: 'fan' }))
      while ((await receivers.count(tenantOf(width))).requests < deliveries) await pause(5)
      return (deliveries / (milliseconds() - began)) * 1_000
    }

    const perSecond = new Map(WIDTHS.map((width) => [width, [] as number[]]))
    for (const width of WIDTHS) await deliver(width)
    for (let round = 0; round < extent.rounds; round++)
      for (const width of WIDTHS) {
        perSecond.get(width)!.push(await deliver(width))
        say(`  1 to ${width}: ${perSecond.get(width)![round]!.toFixed(0)} deliveries/s`)
      }
    const narrow = perSecond.get(WIDTHS[0]!)!
    return [
      ...WIDTHS.map((width) => ({
        key: `to${width}PerSecond`,
        says: `deliveries, 1 event to ${width}`,
        unit: '/s' as const,
        values: perSecond.get(width)!,
      })),
      ...WIDTHS.slice(1).map((width) => ({
        key: `to${width}Ratio`,
        says: `deliveries, 1 event to ${width}, against 1 to 1`,
        unit: 'x' as const,
        values: perSecond.get(width)!.map((value, i) => value / narrow[i]!),
      })),
    ]
  },
}

const tenantOf = (width: number) => `fan-${width}`
