/** A PgBouncer in transaction mode before Postgres: what docs/postgres.md says of it. */
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { migrate } from '../../src/db/migrate.ts'
import { partitionsBefore } from '../../src/db/old-partitions.ts'
import { openDatabase } from '../../src/db/open.ts'
import { ensurePartitions } from '../../src/db/partitions.ts'
import { DAY } from '../../src/duration.ts'
import { saveProgress } from '../../src/stats/store.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { dropPartitions } from '../../src/upkeep/drop-partitions.ts'
import { schedule } from '../e2e/host.ts'
import { BACKENDS } from '../setup/backends.ts'
import { hasPgbouncer, startPgbouncer } from '../setup/pgbouncer.ts'
import { startProcess } from '../setup/process.ts'
import { openSite, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness } from './witness.ts'

const EVENTS = 400

/** Far fewer than the pools of three processes would open. */
const CONNECTIONS = 6

describe.skipIf(!hasPgbouncer)('behind a PgBouncer in transaction mode', () => {
  describe.each(BACKENDS)('with the queue on $backend', ({ backend, absent }) => {
    test.skipIf(absent)(
      'everything is delivered once, over few connections',
      {
        timeout: TEST_WITHIN_MS,
      },
      async () => {
        const site = await openSite(backend, { onTestFinished })
        const bouncer = await startPgbouncer(site.databaseUrl, CONNECTIONS)
        onTestFinished(() => bouncer.stop())
        const settings = { DATABASE_URL: bouncer.url, RINGBACK_DATABASE_DIRECT_URL: site.databaseUrl }
        const witness = await startWitness({ status: 503, times: EVENTS / 4 }, { status: 204 })
        await site.start('api', settings)
        await site.start('worker,upkeep', settings)
        await site.start('worker,upkeep', settings)
        const host = await site.createHost()
        await host.register(witness.url, { retry: schedule(1, 1, 1) })
        const accepted = await site.emit(host, EVENTS)
        expect(await site.judge(host, accepted, witness)).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })
        expect(await pooledConnections(site.databaseUrl)).toBeLessThanOrEqual(CONNECTIONS)
      },
    )
  })

  test('retention drops partitions, and leaves no setting behind for others', {
    timeout: 60_000,
  }, async () => {
    const site = await openSite('postgres', { onTestFinished })
    await migrate(site.databaseUrl, systemClock)
    const bouncer = await startPgbouncer(site.databaseUrl, 1)
    onTestFinished(() => bouncer.stop())
    const database = openDatabase({ url: bouncer.url, poolSize: 2, onError() {} })
    onTestFinished(() => database.close())
    const { db, pool } = database
    await ensurePartitions(db, Date.now() - 300 * DAY)
    const old = () => partitionsBefore(pool, 'events', Date.now() - 200 * DAY)
    expect(await old()).not.toEqual([])
    // Nothing happened: statistics have summed it up.
    await saveProgress(db, 'settled', Date.now())

    const days = { events: 90, attempts: 30 }
    const needs = { db, pool, address: site.databaseUrl, clock: systemClock, log: silentLog, days }
    await dropPartitions(needs).run()
    expect(await old()).toEqual([])
    // There is one connection behind the pooler, and whatever is set on it is everybody's.
    const { rows } = await pool.query('show lock_timeout')
    expect(rows).toEqual([{ lock_timeout: '0' }])
  })

  test('a start without the direct address is refused, with the cure', { timeout: 60_000 }, async () => {
    const site = await openSite('postgres', { onTestFinished })
    const bouncer = await startPgbouncer(site.databaseUrl, CONNECTIONS)
    onTestFinished(() => bouncer.stop())
    const refused = await startProcess({ ...site.settings, DATABASE_URL: bouncer.url })
    expect(await refused.ended).toMatchObject({ code: 1 })
    expect(refused.output()).toContain('Set RINGBACK_DATABASE_DIRECT_URL to the address of Postgres itself')
  })
})

/** How many connections the server has from our pools; each sets its name as it is handed round. */
async function pooledConnections(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where backend_type = 'client backend' and application_name in ('ringback', 'ringback limits', 'ringback watch')`,
    )
    return rows[0]!.count
  } finally {
    await client.end()
  }
}
