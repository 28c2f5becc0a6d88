import { createClosing } from '../../../src/closing.ts'
import { type Live, peakOf } from '../emit.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { startWorker } from '../server.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import type { Scenario } from './scenario.ts'

const COUNTS = { quick: [1, 2], usual: [1, 2, 4], full: [1, 2, 4] }
const ENDPOINTS = 20
const TENANT = 'workers'

export const workers: Scenario = {
  name: 'workers',
  shows: '1, 2 and 4 worker processes beside one with the API.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server, settings } = await startPlace(backend, closing, { RINGBACK_ROLES: 'api' })
    await newTenant(server, TENANT)
    await newEndpoints(server, receivers, { tenant: TENANT, group: 'many', count: ENDPOINTS })
    const live: Live = {
      server,
      receivers,
      group: 'many',
      eventOf: (n) => ({ tenant: TENANT, type: `many.${n % ENDPOINTS}` }),
    }
    const perSecond = new Map<number, number[]>(COUNTS[extent.name].map((count) => [count, []]))
    for (let round = 0; round < rounds; round++)
      for (const [count, values] of perSecond) {
        const shift = createClosing((part, error) => say(`${part} did not close: ${error}`))
        closing.add('workers', () => shift.close())
        await Promise.all(Array.from({ length: count }, () => startWorker(settings, shift)))
        await peakOf(live, 2)
        values.push(await peakOf(live, seconds))
        await shift.close()
        say(`  ${count} workers: ${values[round]!.toFixed(0)}/s`)
      }
    return [
      ...[...perSecond].map(([count, values]) => ({
        key: `with${count}PerSecond`,
        says: `deliveries by ${count} worker processes`,
        unit: '/s' as const,
        values,
      })),
      {
        key: 'ratio',
        says: '2 worker processes, against 1',
        unit: 'x',
        values: perSecond.get(2)!.map((value, i) => value / perSecond.get(1)![i]!),
        atLeast: 1,
      },
    ]
  },
}
