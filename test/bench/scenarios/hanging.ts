import { emitMany, type Live, latencyOf, peakOf } from '../emit.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import { inTurns } from './beside.ts'
import { MODERATE, type Scenario } from './scenario.ts'

const HEALTHY = 99
const EVENTS = { quick: 2_000, usual: 10_000, full: 100_000 }
const TENANT = 'hanging'

export const hanging: Scenario = {
  name: 'hanging',
  shows: 'One endpoint does not answer for 15 s, with 10,000 events waiting for it, beside 99 that are well.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server } = await startPlace(backend, closing)
    await newTenant(server, TENANT)
    await newEndpoints(server, receivers, { tenant: TENANT, group: 'well', count: HEALTHY })
    await receivers.behave('hangs', 'hang')
    const live: Live = {
      server,
      receivers,
      group: 'well',
      eventOf: (n) => ({ tenant: TENANT, type: `well.${n % HEALTHY}` }),
    }
    const peak = await peakOf(live, seconds)
    say(`  peak of the healthy: ${peak.toFixed(0)}/s`)

    const pairs = await inTurns({
      rounds,
      async measure() {
        const { p99 } = await latencyOf(live, peak * MODERATE, seconds)
        return { p99, perSecond: await peakOf(live, seconds) }
      },
      async trouble() {
        const [id] = await newEndpoints(server, receivers, { tenant: TENANT, group: 'hangs', count: 1 })
        await emitMany(server, EVENTS[extent.name], () => ({ tenant: TENANT, type: 'hangs.0' }))
        return async () => {
          await server.call('DELETE', `/v1/tenants/${TENANT}/endpoints/${id}`)
          await receivers.release()
        }
      },
      onPair: ({ alone, beside }) =>
        say(
          `  alone p99 ${alone.p99.toFixed(0)} ms, ${alone.perSecond.toFixed(0)}/s; beside p99 ${beside.p99.toFixed(0)} ms, ${beside.perSecond.toFixed(0)}/s`,
        ),
    })
    const figure = (key: string, says: string, values: number[]) => ({ key, says, values })
    return [
      {
        ...figure(
          'aloneP99Ms',
          'healthy p99 without it',
          pairs.map(({ alone }) => alone.p99),
        ),
        unit: 'ms',
      },
      {
        ...figure(
          'p99Ms',
          'healthy p99 beside it',
          pairs.map(({ beside }) => beside.p99),
        ),
        unit: 'ms',
        atMost: 1_000,
      },
      {
        ...figure(
          'p99Ratio',
          'healthy p99, beside it against without',
          pairs.map(({ alone, beside }) => beside.p99 / alone.p99),
        ),
        unit: 'x',
        atMost: 2,
      },
      {
        ...figure(
          'throughputRatio',
          'healthy throughput, beside it against without',
          pairs.map(({ alone, beside }) => beside.perSecond / alone.perSecond),
        ),
        unit: 'x',
        atLeast: 0.9,
      },
    ]
  },
}
