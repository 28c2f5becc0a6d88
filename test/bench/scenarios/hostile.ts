import { fork } from 'node:child_process'
import { once } from 'node:events'
import { emitMany, type Live, latencyOf, peakOf } from '../emit.ts'
import type { HostileNews } from '../hostile-process.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import { inTurns } from './beside.ts'
import { MODERATE, type Scenario, type ScenarioFigure } from './scenario.ts'

const TENANT = 'hostile'
const EVENTS = 1_000

export const hostile: Scenario = {
  name: 'hostile',
  shows: 'A good endpoint beside each kind of hostile receiver, for which 1,000 events wait.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const child = fork(new URL('../hostile-process.ts', import.meta.url))
    closing.add('hostile', () => void child.kill())
    const [ports] = (await once(child, 'message')) as [HostileNews]
    const { server } = await startPlace(backend, closing)
    await newTenant(server, TENANT)
    await newEndpoints(server, receivers, { tenant: TENANT, group: 'good', count: 1 })
    const live: Live = {
      server,
      receivers,
      group: 'good',
      eventOf: () => ({ tenant: TENANT, type: 'good.0' }),
    }
    const peak = await peakOf(live, seconds)

    const figures: ScenarioFigure[] = []
    for (const [name, port] of Object.entries(ports)) {
      const scheme = name === 'tlsStall' ? 'https' : 'http'
      const pairs = await inTurns({
        rounds,
        measure: () => latencyOf(live, peak * MODERATE, seconds),
        async trouble() {
          const [id] = await newEndpoints(
            server,
            { urlOf: () => `${scheme}://127.0.0.1:${port}/` },
            { tenant: TENANT, group: name, count: 1, settings: { timeoutMs: 5_000 } },
          )
          await emitMany(server, EVENTS, () => ({ tenant: TENANT, type: `${name}.0` }))
          return () => server.call('DELETE', `/v1/tenants/${TENANT}/endpoints/${id}`) as Promise<void>
        },
        onPair: ({ alone, beside }) =>
          say(`  ${name}: good p99 alone ${alone.p99.toFixed(0)} ms, beside it ${beside.p99.toFixed(0)} ms`),
      })
      figures.push({
        key: name,
        says: `the good endpoint's p99 beside ${name}, against alone`,
        unit: 'x',
        values: pairs.map(({ alone, beside }) => beside.p99 / alone.p99),
        atMost: 2,
      })
    }
    return figures
  },
}
