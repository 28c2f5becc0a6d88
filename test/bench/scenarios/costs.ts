import { Redis } from 'ioredis'
import pg from 'pg'
import { type Live, peakOf } from '../emit.ts'
import { CONCURRENCY, SINGLES } from '../load.ts'
import { startPlace } from '../place.ts'
import { startReceivers } from '../receivers.ts'
import { newEndpoints, newTenant } from '../tenants.ts'
import { familyUs, parentOf, processUs } from '../usage.ts'
import type { Scenario, ScenarioFigure } from './scenario.ts'

const TENANT = 'costs'
const GROUP = 'one'

/** Longer, so that what comes every ten or thirty seconds by itself is in it. */
const TIMES_LONGER = 5

/** The three large tables, and under which key what a row of them takes is told. */
const TABLES = { events: 'eventBytes', deliveries: 'deliveryBytes', attempts: 'attemptBytes' } as const
type Table = keyof typeof TABLES

export const costs: Scenario = {
  name: 'costs',
  shows: 'What a delivery costs of processor, disk and connections, at the peak, one event a request.',
  async run({ backend, extent, closing, say }) {
    const receivers = await startReceivers()
    closing.add('receivers', () => receivers.stop())
    const { server, databaseUrl, redisUrl } = await startPlace(backend, closing)
    if (!redisUrl) throw new Error('The costs are told apart by process: --backend redis.')
    const database = new pg.Client({ connectionString: databaseUrl, application_name: 'bench' })
    await database.connect()
    closing.add('database', () => database.end())
    const redis = new Redis(redisUrl)
    closing.add('redis client', () => redis.disconnect())

    const ask = async (query: string) =>
      Number(((await database.query({ text: query, rowMode: 'array' })).rows[0] as [unknown])[0])
    const postmaster = await parentOf(await ask('select pg_backend_pid()'))
    const redisPid = Number(/^process_id:(\d+)/m.exec(await redis.info('server'))![1])

    /** All that is counted, so far. */
    async function readings() {
      const [node, postgres, ofRedis, receiving, emitting, wal] = await Promise.all([
        processUs(server.pid),
        familyUs(postmaster),
        processUs(redisPid),
        processUs(receivers.pid),
        processUs(process.pid),
        ask(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')`),
      ])
      return {
        nodeUs: node,
        postgresUs: postgres,
        redisUs: ofRedis,
        loadUs: receiving + emitting,
        walBytes: wal,
      }
    }

    const sizeOf = (table: Table) =>
      ask(
        `select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'ringback.${table}'::regclass`,
      )
    const rowsOf = (table: Table) => ask(`select count(*) from ringback.${table}`)

    await newTenant(server, TENANT)
    await newEndpoints(server, receivers, {
      tenant: TENANT,
      group: GROUP,
      count: 1,
      settings: { maxInFlight: CONCURRENCY },
    })
    const live: Live = {
      server,
      receivers,
      group: GROUP,
      eventOf: () => ({ tenant: TENANT, type: `${GROUP}.0` }),
    }
    await peakOf(live, extent.seconds, SINGLES)

    const names = ['perSecond', 'nodeUs', 'postgresUs', 'redisUs', 'loadUs', 'walBytes'] as const
    const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
      (typeof names)[number],
      number[]
    >
    for (let round = 0; round < extent.rounds; round++) {
      const before = await readings()
      const perSecond = await peakOf(live, extent.seconds * TIMES_LONGER, SINGLES)
      const after = await readings()
      const { distinct } = await receivers.count(GROUP)
      values.perSecond.push(perSecond)
      for (const name of names)
        if (name !== 'perSecond') values[name].push((after[name] - before[name]) / distinct)
      say(
        `  at ${perSecond.toFixed(0)}/s: ${names
          .slice(1)
          .map((name) => `${name} ${values[name][round]!.toFixed(0)}`)
          .join(', ')}`,
      )
    }

    const rows: ScenarioFigure[] = []
    for (const [table, key] of Object.entries(TABLES) as [Table, string][])
      rows.push({
        key,
        says: `a row of ${table} on disk, with its part of the indexes`,
        unit: 'B',
        values: [(await sizeOf(table)) / (await rowsOf(table))],
      })
    const connections = await ask(
      `select count(*) from pg_stat_activity where datname = current_database() and application_name <> 'bench'`,
    )
    return [
      { key: 'perSecond', says: 'deliveries a second meanwhile', unit: '/s', values: values.perSecond },
      { key: 'nodeUs', says: "Ringback's processor time a delivery", unit: 'µs', values: values.nodeUs },
      { key: 'postgresUs', says: "Postgres'", unit: 'µs', values: values.postgresUs },
      { key: 'redisUs', says: "Redis'", unit: 'µs', values: values.redisUs },
      {
        key: 'loadUs',
        says: 'of who emits and who receives, on the same machine',
        unit: 'µs',
        values: values.loadUs,
      },
      ...rows,
      { key: 'walBytes', says: 'write-ahead log a delivery', unit: 'B', values: values.walBytes },
      { key: 'connections', says: 'connections to Postgres', unit: '', values: [connections] },
    ]
  },
}
