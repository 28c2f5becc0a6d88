/** An upgrade under load, as docs/upgrading.md tells it: the next version comes beside this one, and migrates under its feet. */
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startReady } from '../chaos/member.ts'
import { schedule } from '../e2e/host.ts'
import { BACKENDS } from '../setup/backends.ts'
import { freePort } from '../setup/free-port.ts'
import { makeNextVersion } from '../setup/next-version.ts'
import { until } from '../setup/until.ts'
import { openSite, TEST_WITHIN_MS, wellEnded } from './site.ts'
import { startWitness } from './witness.ts'

const EVENTS = 800

/** What a later version may do beside an earlier one: add. */
const EXPAND = `
alter table ringback.deliveries add column next_note text;--> statement-breakpoint
alter table ringback.endpoints add column next_flag boolean not null default false;--> statement-breakpoint
create index deliveries_next on ringback.deliveries (next_note) where next_note is not null;--> statement-breakpoint
create table ringback.next_things (id text primary key, endpoint_id text not null);`

describe.each(BACKENDS)('an upgrade under load, with the queue on $backend', ({ backend, absent }) => {
  test.skipIf(absent)(
    'loses nothing, sends nothing twice, and no request is answered 5xx',
    {
      timeout: TEST_WITHIN_MS,
    },
    async () => {
      const site = await openSite(backend, { onTestFinished })
      const next = await makeNextVersion(EXPAND)
      onTestFinished(() => next.remove())
      const startNext = async (roles: string, port = '0') => {
        const settings = { ...site.settings, RINGBACK_ROLES: roles, PORT: port }
        const ringback = await startReady(settings, next.checkout)
        onTestFinished(async () => void (await ringback.kill('SIGKILL', true)))
        return ringback
      }
      const witness = await startWitness({ status: 503, times: EVENTS / 10 }, { status: 204 })
      const api = await site.start('api')
      const worker = await site.start('worker,upkeep')
      const host = await site.createHost()
      await host.register(witness.url, { retry: schedule(1, 1, 1) })

      const nextPort = `${await freePort()}`
      const refused: string[] = []
      let acceptedSoFar = 0
      let allowed = 0
      const emitting = site.emit(host, EVENTS, {
        url: [api.url, `http://127.0.0.1:${nextPort}/`],
        isHeld: (n) => n >= allowed,
        onAccepted: () => acceptedSoFar++,
        onRefused: (why) => refused.push(why),
      })
      /** Emits so many at once; resolves when they are accepted. */
      const emit = (count: number) => {
        allowed += count
        return until(
          () => acceptedSoFar,
          (now) => now >= allowed,
          `${allowed} events to be accepted`,
          60_000,
        )
      }
      await emit(50)

      // Somebody reads a table for long: the migration waits for it, and lets the others go first.
      const reader = new pg.Client({ connectionString: site.databaseUrl })
      await reader.connect()
      onTestFinished(() => reader.end())
      await reader.query('begin; select from ringback.deliveries limit 1')
      const nextWorker = startNext('worker,upkeep')
      await until(
        () => waitingForLocks(site.databaseUrl),
        (count) => count > 0,
        'the migration to wait',
        60_000,
      )
      await emit(50)
      await Promise.all([emit(150), reader.query('commit'), nextWorker])

      const nextApi = await startNext('api', nextPort)
      expect(await versionOf(nextApi.url)).toBe(next.version)
      expect(await versionOf(api.url)).not.toBe(next.version)
      const [, ended] = await Promise.all([emit(150), worker.kill('SIGTERM')])
      expect(ended).toMatchObject({ code: 0 })
      // Back again, on a schema that is newer than it.
      await Promise.all([emit(150), site.start('worker,upkeep')])
      const [, gone] = await Promise.all([emit(250), api.kill('SIGTERM')])
      expect(gone).toMatchObject({ code: 0 })

      const accepted = await emitting
      const back = await site.start('api')
      expect(await site.judge(host, accepted, witness)).toEqual({ ...wellEnded(EVENTS), duplicates: 0 })
      expect(refused.filter((answer) => answer.startsWith('5'))).toEqual([])
      expect(back.output()).not.toContain('"level":50')
    },
  )
})

/** How many migrations wait for a table. */
async function waitingForLocks(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where application_name = 'ringback migrate' and wait_event_type = 'Lock' and wait_event = 'relation'`,
    )
    return rows[0]!.count
  } finally {
    await client.end()
  }
}

async function versionOf(url: string): Promise<string> {
  const answer = await fetch(new URL('readyz', url))
  return ((await answer.json()) as { version: string }).version
}
