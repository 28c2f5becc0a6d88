import pg from 'pg'
import { milliseconds } from '../figures.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { fillRows } from '../rows.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import type { Scenario } from './scenario.ts'

const RETRIES = { quick: 5_000, usual: 50_000, full: 50_000 }
/** What of the wave is watched: the ramp, and a good while at full pace. */
const SECONDS = { quick: 15, usual: 45, full: 150 }
const PLACES = 10
const TENANT = 'wave'

/** As slow as a receiver may be: at once, its places would never all be taken. */
const AFTER_MS = 10

export const retryWave: Scenario = {
  name: 'retry-wave',
  shows: '50,000 retries are due at once for one endpoint whose circuit is open, and which is back up.',
  async run({ backend, extent, closing, say }) {
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server, databaseUrl } = await startPlace(backend, closing)
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
    closing.add('pool', () => pool.end())
    await newTenant(server, TENANT)
    const endpointIds = await newEndpoints(server, receivers, {
      tenant: TENANT,
      group: 'wave',
      count: 1,
      settings: { maxInFlight: PLACES },
    })
    await receivers.behave('wave', { status: 204, afterMs: AFTER_MS })

    say('  filling in the retries')
    // As an endpoint stands that has failed for an hour. Nothing is probed until all is in place.
    await pool.query(
      `update ringback.endpoints set status = 'failing', failing_since = now() - interval '1 hour', failed_attempts = 1000,
         circuit_opened_at = now() - interval '59 minutes', probes = 6, probe_at = null where id = $1`,
      [endpointIds[0]],
    )
    await fillRows(pool, {
      count: RETRIES[extent.name],
      tenant: TENANT,
      endpointIds,
      group: 'wave',
      status: `'held'`,
      waitingFor: `'circuit'`,
      attemptCount: 1,
      dueAt: 'now()',
    })
    await pool.query('update ringback.endpoints set probe_at = now() where id = $1', [endpointIds[0]])
    const began = milliseconds()
    say(`  probing; watched for ${SECONDS[extent.name]} s at most`)
    let distinct = 0
    while (distinct < RETRIES[extent.name] && milliseconds() - began < SECONDS[extent.name] * 1_000) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      ;({ distinct } = await receivers.count('wave'))
    }
    const took = (milliseconds() - began) / 1_000
    const { requests } = await receivers.count('wave')
    const story = await receivers.story('wave')
    say(`  most in hand, second by second: ${story.map(({ most }) => most).join(' ')}`)
    say(`  requests, second by second: ${story.map((second) => second.requests).join(' ')}`)
    const firstFull = story.findIndex(({ most }) => most >= PLACES)
    // Past the ramp, and without the last second, which is a part of one.
    const settled = story.slice(12, -1).map((second) => second.requests)
    return [
      {
        key: 'mostInFlight',
        says: `most requests in hand at once, with ${PLACES} places`,
        unit: '',
        values: [Math.max(...story.map(({ most }) => most))],
        atMost: PLACES,
      },
      {
        key: 'firstSecondMost',
        says: 'in the first second: the probe',
        unit: '',
        values: [story[0]?.most ?? Number.NaN],
        atMost: 1,
      },
      {
        key: 'rampSeconds',
        says: 'from the probe until all places are used',
        unit: 's',
        values: [firstFull < 0 ? Number.NaN : firstFull],
      },
      {
        key: 'settledPerSecond',
        says: 'after the ramp',
        unit: '/s',
        values: settled.length > 0 ? settled : [Number.NaN],
      },
      {
        key: 'delivered',
        says: `delivered in ${took.toFixed(0)} s, of ${RETRIES[extent.name]}`,
        unit: '',
        values: [distinct],
      },
      {
        key: 'duplicates',
        says: 'requests beyond one each',
        unit: '',
        values: [requests - distinct],
        atMost: 0,
      },
    ]
  },
}
