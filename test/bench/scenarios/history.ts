import pg from 'pg'
import type { Closing } from '../../../src/closing.ts'
import { type Live, peakOf } from '../emit.ts'
import { CONCURRENCY } from '../load.ts'
import { type Place, startPlace } from '../place.ts'
import { type Receivers, startReceivers } from '../receivers.ts'
import { fillRows } from '../rows.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import type { Scenario } from './scenario.ts'

const ROWS = { quick: 100_000, usual: 1_000_000, full: 1_000_000 }
const TENANT = 'history'

export const history: Scenario = {
  name: 'history',
  shows: 'Tables with 1,000,000 events, deliveries and attempts of the past, against empty ones.',
  async run({ backend, extent, closing, say }) {
    const { rounds, seconds } = extent
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const fresh = await liveOn(await startPlace(backend, closing), receivers)
    const place = await startPlace(backend, closing)
    const old = await liveOn(place, receivers)
    await fill(place, old.endpointIds, ROWS[extent.name], closing, say)
    for (const { live } of [fresh, old]) await peakOf(live, seconds)

    const [empty, full]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      empty.push(await peakOf(fresh.live, seconds))
      full.push(await peakOf(old.live, seconds))
      say(`  empty ${empty[round]!.toFixed(0)}/s, with history ${full[round]!.toFixed(0)}/s`)
    }
    return [
      { key: 'emptyPerSecond', says: 'deliveries on empty tables', unit: '/s', values: empty },
      { key: 'perSecond', says: `with ${ROWS[extent.name]} rows of each`, unit: '/s', values: full },
      {
        key: 'ratio',
        says: 'with history, against empty',
        unit: 'x',
        values: full.map((value, i) => value / empty[i]!),
        atLeast: 0.9,
      },
    ]
  },
}

async function liveOn(
  { server }: Place,
  receivers: Receivers,
): Promise<{ live: Live; endpointIds: string[] }> {
  await newTenant(server, TENANT)
  const endpointIds = await newEndpoints(server, receivers, {
    tenant: TENANT,
    group: 'one',
    count: 1,
    settings: { maxInFlight: CONCURRENCY },
  })
  const eventOf = () => ({ tenant: TENANT, type: 'one.0' })
  return { live: { server, receivers, group: 'one', eventOf }, endpointIds }
}

async function fill(
  { databaseUrl }: Place,
  endpointIds: readonly string[],
  count: number,
  closing: Closing,
  say: (text: string) => void,
) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  closing.add('pool', () => pool.end())
  await fillRows(pool, {
    count,
    tenant: TENANT,
    endpointIds,
    group: 'one',
    status: `'delivered'`,
    attemptCount: 1,
    completedAt: 'now()',
    attempts: true,
    onProgress: (made) => say(`  ${made} of ${count} rows filled in`),
  })
  await pool.query('checkpoint')
}
