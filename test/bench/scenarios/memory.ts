import { emitAtPace, type Live, peakOf } from '../emit.ts'
import { milliseconds } from '../figures.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import { MODERATE, type Scenario } from './scenario.ts'

const WATCHED_SECONDS = { quick: 40, usual: 300, full: 3_600 }
/** One after the other; what has arrived is forgotten between them, or the receivers would grow. */
const SPELL_SECONDS = 10
const ENDPOINTS = 100
const TENANT = 'memory'

export const memory: Scenario = {
  name: 'memory',
  shows: 'A server under a moderate load for five minutes; with --full for an hour.',
  async run({ backend, extent, closing, say }) {
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server } = await startPlace(backend, closing)
    await newTenant(server, TENANT)
    await newEndpoints(server, receivers, { tenant: TENANT, group: 'many', count: ENDPOINTS })
    const eventOf = (n: number) => ({ tenant: TENANT, type: `many.${n % ENDPOINTS}` })
    const live: Live = { server, receivers, group: 'many', eventOf }
    const perSecond = (await peakOf(live, extent.seconds)) * MODERATE

    const resident: number[] = []
    const began = milliseconds()
    for (let spell = 1; milliseconds() - began < WATCHED_SECONDS[extent.name] * 1_000; spell++) {
      await receivers.forget()
      const { size } = await emitAtPace(server, { perSecond, seconds: SPELL_SECONDS, eventOf })
      await receivers.arrived(live.group, size)
      resident.push((await server.memory()) ?? Number.NaN)
      if (spell % 6 === 0) say(`  after ${spell * SPELL_SECONDS} s: ${resident.at(-1)!.toFixed(0)} MB`)
    }
    const quarter = (n: number) => {
      const part = resident.slice((n * resident.length) / 4, ((n + 1) * resident.length) / 4)
      return part.reduce((sum, value) => sum + value, 0) / part.length
    }
    return [
      { key: 'perSecond', says: 'events a second', unit: '/s', values: [perSecond] },
      {
        key: 'rssMb',
        says: 'resident memory of the server, at most',
        unit: 'MB',
        values: [Math.max(...resident)],
      },
      {
        key: 'ratio',
        says: 'in the last quarter, of that in the second',
        unit: 'x',
        values: [quarter(3) / quarter(1)],
        atMost: 1.1,
      },
    ]
  },
}
