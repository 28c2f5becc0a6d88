/** A backup that is taken under load, and everything else gone: what docs/backup.md promises of it. */
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { describe, test } from 'vitest'
import { type Emitted, emitAll } from '../chaos/client.ts'
import { startReady } from '../chaos/member.ts'
import { createHost, type Host, schedule } from '../e2e/host.ts'
import {
  createCluster,
  type DebianPostgres,
  hasDebianPostgres,
  postgresFolder,
  removeFolder,
  startCluster,
} from '../setup/debian-postgres.ts'
import { testVariables, type Variables } from '../setup/environment.ts'
import { freePort } from '../setup/free-port.ts'
import { hasRedis, startRedis } from '../setup/redis.ts'
import { until } from '../setup/until.ts'
import { startWitness } from './witness.ts'

const BEFORE = 150
const MEANWHILE = 450
const AFTERWARDS = 100
const ALL = BEFORE + MEANWHILE + AFTERWARDS
const RATE = 150

/** How a backup is taken, and what brings it back. */
interface Way {
  name: string
  /** Whether the queue lies in Redis, and not in what is backed up. */
  onRedis: boolean
  take(server: DebianPostgres, folder: string): Promise<void>
  /** Where nothing is left of the server but the backup. @returns the server that has it */
  restore(folder: string): Promise<DebianPostgres>
}

const DUMP: Pick<Way, 'take' | 'restore'> = {
  async take(server, folder) {
    await server.program('pg_dump', '--format=custom', `--file=${join(folder, 'ringback.dump')}`, 'ringback')
  },
  async restore(folder) {
    const fresh = await createCluster(folder)
    await fresh.program('createdb', 'ringback')
    await fresh.program('pg_restore', '--jobs=2', '--dbname=ringback', join(folder, 'ringback.dump'))
    return fresh
  },
}

const WAYS: Way[] = [
  { name: 'pg_dump', onRedis: true, ...DUMP },
  { name: 'pg_dump with the queue in it', onRedis: false, ...DUMP },
  {
    name: 'pg_basebackup',
    onRedis: true,
    async take(server, folder) {
      await server.program(
        'pg_basebackup',
        `--pgdata=${join(folder, 'base')}`,
        '--checkpoint=fast',
        '--wal-method=stream',
      )
    },
    async restore(folder) {
      await chmod(join(folder, 'base'), 0o700)
      return startCluster(join(folder, 'base'))
    },
  },
]

describe.skipIf(!hasRedis || !hasDebianPostgres)('after a restore, with an empty Redis', () => {
  test.for(WAYS)(
    '$name: what was accepted before a backup under load is delivered or shown, and what came after it is made good by emitting all again',
    { timeout: 180_000 },
    async ({ onRedis, take, restore }, { expect, onTestFinished }) => {
      const lost = await postgresFolder()
      const kept = await postgresFolder()
      onTestFinished(async () => void (await Promise.all([lost, kept].map(removeFolder))))
      const common = { ...testVariables(), PORT: `${await freePort()}` }

      async function start(server: DebianPostgres) {
        const redis = onRedis ? await startRedis() : undefined
        const settings: Variables = {
          ...common,
          DATABASE_URL: server.url('ringback'),
          ...(redis && { REDIS_URL: redis.url }),
        }
        const ringback = await startReady(settings)
        const end = async () => {
          await ringback.kill('SIGKILL', true)
          await redis?.kill()
          await server.kill()
        }
        onTestFinished(end)
        return { ringback, end }
      }

      const first = await createCluster(lost)
      await first.program('createdb', 'ringback')
      const before = await start(first)
      const host = await createHost(before.ringback.api)
      // The one takes everything, the other nothing for now.
      const [well, away] = [
        await startWitness({ status: 204, delayMs: 20 }),
        await startWitness({ status: 503 }),
      ]
      const { id: wellId } = await host.register(well.url)
      const { id: awayId } = await host.register(away.url, { retry: schedule(3600) })

      const emit = (from: number, events: number, onAccepted?: (emitted: Emitted) => void) =>
        emitAll({
          url: before.ringback.url,
          key: common.RINGBACK_ADMIN_KEY,
          tenant: host.tenant,
          from,
          events,
          rate: RATE,
          ...(onAccepted && { onAccepted }),
        })
      const sure = await emit(0, BEFORE)
      const emitting = emit(BEFORE, MEANWHILE)
      await take(first, kept)
      const all = [...sure, ...(await emitting), ...(await emit(BEFORE + MEANWHILE, AFTERWARDS))]
      await before.end()

      const restored = await restore(kept)
      const held = await contentsOf(restored, host.tenant)
      const isHeld = ({ id }: { id: string }) => held.events.has(id)
      expect(sure.filter((emitted) => !isHeld(emitted))).toEqual([])
      expect(all.filter(isHeld).length).toBeLessThan(ALL)

      const soFar = well.lines.length
      const seen = new Set(well.lines.map(({ id }) => id))
      await start(restored)
      await atRest(host, wellId)

      // What was on its way when the backup was taken is sent, again or for the first time; nothing else is.
      const sent = well.lines.slice(soFar).map(({ id }) => id)
      expect(sent.toSorted()).toEqual([...held.unsent(wellId)].toSorted())
      const twice = sent.filter((id) => seen.has(id)).length
      const delivered = await host.deliveries(`endpointId=${wellId}&status=delivered`)
      expect(delivered.map(({ eventId }) => eventId).toSorted()).toEqual([...held.events].toSorted())
      const shown = await host.deliveries(`endpointId=${awayId}`)
      expect(shown.map(({ eventId }) => eventId).toSorted()).toEqual([...held.events].toSorted())

      expect(shown.filter(({ status }) => !['pending', 'retrying', 'held'].includes(status))).toEqual([])

      // The gap: the host says all of it again, under the same keys.
      const again = await emit(0, ALL)
      const known = new Map(all.map(({ n, id }) => [n, id]))
      for (const { n, id } of again) expect(id === known.get(n)).toBe(held.events.has(known.get(n)!))
      await atRest(host, wellId)
      expect(await host.deliveries(`endpointId=${wellId}&status=delivered`)).toHaveLength(ALL)
      process.stderr.write(
        `${ALL} accepted, ${held.events.size} in the backup, of which ${twice} were sent twice; ${ALL - held.events.size} made good\n`,
      )
    },
  )
})

/** The events of a tenant that a database holds, and those that an endpoint has not taken yet as far as it knows. */
async function contentsOf(server: DebianPostgres, tenant: string) {
  const client = new pg.Client({ connectionString: server.url('ringback') })
  await client.connect()
  const events = await client.query<{ id: string }>('select id from ringback.events where tenant_id = $1', [
    tenant,
  ])
  const deliveries = await client.query<{ event: string; endpoint: string }>(
    `select event_id as event, endpoint_id as endpoint from ringback.deliveries where tenant_id = $1 and status <> 'delivered'`,
    [tenant],
  )
  await client.end()
  return {
    events: new Set(events.rows.map(({ id }) => id)),
    unsent: (to: string) =>
      new Set(deliveries.rows.filter(({ endpoint }) => endpoint === to).map(({ event }) => event)),
  }
}

const atRest = (host: Host, endpointId: string) =>
  until(
    async () => [
      ...(await host.deliveries(`endpointId=${endpointId}&status=pending`)),
      ...(await host.deliveries(`endpointId=${endpointId}&status=retrying`)),
    ],
    (waiting) => waiting.length === 0,
    'all to be delivered',
    60_000,
  )
