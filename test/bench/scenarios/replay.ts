import pg from 'pg'
import { type Live, latencyOf, peakOf } from '../emit.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { fillRows } from '../rows.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import { inTurns, type Pair } from './beside.ts'
import { MODERATE, type Scenario } from './scenario.ts'

const REPLAYED = { quick: 10_000, usual: 100_000, full: 100_000 }
const ENDPOINTS = 20
const TENANT = 'replay'

/** As a recovery goes unless told, and as fast as it may be told to. */
const PACES = { usual: 50, most: 1_000 }

export const replay: Scenario = {
  name: 'replay',
  shows: 'A recovery of 100,000 deliveries during live traffic of the same tenant to the same endpoints.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server, databaseUrl } = await startPlace(backend, closing)
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
    closing.add('pool', () => pool.end())
    await newTenant(server, TENANT)
    const endpointIds = await newEndpoints(server, receivers, {
      tenant: TENANT,
      group: 'live',
      count: ENDPOINTS,
    })
    const live: Live = {
      server,
      receivers,
      group: 'live',
      eventOf: (n) => ({ tenant: TENANT, type: `live.${n % ENDPOINTS}` }),
    }
    const peak = await peakOf(live, seconds)
    say(`  peak ${peak.toFixed(0)}/s; filling in ${REPLAYED[extent.name]} failed deliveries`)
    await fillRows(pool, {
      count: REPLAYED[extent.name],
      tenant: TENANT,
      endpointIds,
      group: 'live',
      status: `'failed'`,
      attemptCount: 1,
      completedAt: 'now()',
    })

    const started: number[] = []
    async function beside(perSecond: number) {
      say(`  a recovery at ${perSecond}/s`)
      return inTurns({
        rounds,
        measure: () => latencyOf(live, peak * MODERATE, seconds),
        async trouble() {
          const path = `/v1/tenants/${TENANT}/recoveries`
          const after = new Date(Date.now() - 86_400_000).toISOString()
          const { id } = (await server.call('POST', path, { after, perSecond })) as { id: string }
          return async () => {
            await server.call('POST', `${path}/${id}/cancel`)
            const recovery = (await server.call('GET', `${path}/${id}`)) as { started: number }
            started.push(recovery.started)
            say(`  it had set ${recovery.started} going`)
            await none(pool)
          }
        },
        onPair: ({ alone, beside }) =>
          say(`  live p99 alone ${alone.p99.toFixed(0)} ms, beside it ${beside.p99.toFixed(0)} ms`),
      })
    }
    const usual = await beside(PACES.usual)
    const most = await beside(PACES.most)
    const ratio = (pairs: readonly Pair<{ p99: number }>[]) =>
      pairs.map(({ alone, beside }) => beside.p99 / alone.p99)
    return [
      {
        key: 'aloneP99Ms',
        says: 'live p99 without it',
        unit: 'ms',
        values: [...usual, ...most].map(({ alone }) => alone.p99),
      },
      {
        key: 'p99Ratio',
        says: `live p99 beside a recovery at ${PACES.usual}/s, against without`,
        unit: 'x',
        values: ratio(usual),
        atMost: 1.5,
      },
      {
        key: 'mostP99Ratio',
        says: `the same at ${PACES.most}/s, the most that it may be told`,
        unit: 'x',
        values: ratio(most),
        atMost: 1.5,
      },
      { key: 'started', says: 'deliveries that it set going meanwhile', unit: '', values: started },
    ]
  },
}

/** Resolves when nothing waits any more. */
async function none(pool: pg.Pool) {
  for (;;) {
    const { rows } = await pool.query<{ waiting: boolean }>(
      `select exists (select from ringback.deliveries where status in ('pending', 'retrying')) as waiting`,
    )
    if (!rows[0]!.waiting) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
