import { emitAtPace, type Live, latencyOf, peakOf } from '../emit.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import { inTurns } from './beside.ts'
import { MODERATE, type Scenario } from './scenario.ts'

const QUIET = 19
const TIMES = 50

export const noisy: Scenario = {
  name: 'noisy',
  shows: 'One tenant emits 50 times as much as each of 19 others.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server } = await startPlace(backend, closing)
    const tenants = Array.from({ length: QUIET }, (_, i) => `quiet-${i}`)
    for (const tenant of [...tenants, 'noisy']) {
      await newTenant(server, tenant)
      const group = tenant === 'noisy' ? 'noisy' : 'quiet'
      await newEndpoints(server, receivers, { tenant, group, count: 1 })
    }
    const live: Live = {
      server,
      receivers,
      group: 'quiet',
      eventOf: (n) => ({ tenant: tenants[n % QUIET]!, type: 'quiet.0' }),
    }
    const peak = await peakOf(live, seconds)
    const each = (peak * MODERATE) / (QUIET + TIMES)
    say(
      `  peak ${peak.toFixed(0)}/s; ${each.toFixed(1)}/s each, ${(each * TIMES).toFixed(0)}/s the noisy one`,
    )

    const pairs = await inTurns({
      rounds,
      measure: () => latencyOf(live, each * QUIET, seconds),
      async trouble() {
        // It begins a moment before the measurement, and ends after it.
        const emitting = emitAtPace(server, {
          perSecond: each * TIMES,
          seconds: seconds + 2,
          eventOf: () => ({ tenant: 'noisy', type: 'noisy.0' }),
        })
        emitting.catch(() => {})
        return async () => void (await emitting)
      },
      onPair: ({ alone, beside }) =>
        say(`  the others' p99 alone ${alone.p99.toFixed(0)} ms, beside ${beside.p99.toFixed(0)} ms`),
    })
    // The same load, from the others alone: what is more than this is the noisy one's doing, the rest the machine's.
    const evens: number[] = []
    for (let round = 0; round < rounds; round++) {
      const even = await latencyOf(live, each * (QUIET + TIMES), seconds)
      evens.push(even.p99)
      say(`  with as much from the others themselves ${even.p99.toFixed(0)} ms`)
    }
    return [
      {
        key: 'aloneP99Ms',
        says: "the others' queue time without it, p99",
        unit: 'ms',
        values: pairs.map(({ alone }) => alone.p99),
      },
      {
        key: 'p99Ms',
        says: "the others' queue time beside it, p99",
        unit: 'ms',
        values: pairs.map(({ beside }) => beside.p99),
      },
      {
        key: 'p99Ratio',
        says: "the others' queue time, beside it against without",
        unit: 'x',
        values: pairs.map(({ alone, beside }) => beside.p99 / alone.p99),
        atMost: 2,
      },
      { key: 'evenP99Ms', says: 'with as much from the others themselves, p99', unit: 'ms', values: evens },
      {
        key: 'evenRatio',
        says: 'beside it, against as much from the others themselves',
        unit: 'x',
        values: pairs.map(({ beside }, round) => beside.p99 / evens[round]!),
      },
    ]
  },
}
