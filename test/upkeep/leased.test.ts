/** Of many processes one does a duty: here each holder is one, and all they have in common is Postgres. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { auditLog } from '../../src/audit/table.ts'
import type { Db } from '../../src/db/open.ts'
import { HOUR, MINUTE } from '../../src/duration.ts'
import { beginErasure, upsertTenant } from '../../src/tenants/store.ts'
import { erasures } from '../../src/tenants/table.ts'
import type { Duty } from '../../src/upkeep/duty.ts'
import { keepDays } from '../../src/upkeep/keep-days.ts'
import { leased } from '../../src/upkeep/leased.ts'
import { takeLease } from '../../src/upkeep/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { until } from '../setup/until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** A duty of every hour, as one process of a test's own would hold it. */
function holding(holder: string, name: string, work: () => Promise<void> = async () => {}, leaseMs?: number) {
  const done = { turns: 0, away: 0 }
  const duty: Duty = {
    name,
    everyMs: HOUR,
    ...(leaseMs !== undefined && { leaseMs }),
    async run() {
      done.turns++
      await work()
      return undefined
    },
    away: () => done.away++,
  }
  const held = leased(duty, { db: database.db, holder })
  onTestFinished(() => held.end?.())
  return Object.assign(done, { run: () => held.run(), end: () => held.end!() })
}

const lease = async (name: string) => {
  const { rows } = await database.db.execute<{ holder: string; expires: number }>(
    sql`select holder, extract(epoch from expires_at)::float8 as expires from ringback.leases where name = ${name}`,
  )
  return rows[0]
}

const isRenewed = async (name: string) => {
  const first = await lease(name)
  await until(
    () => lease(name),
    (now) => now!.holder === first!.holder && now!.expires > first!.expires,
    'the lease to be renewed',
  )
}

test('a process keeps a duty of every hour between its turns, and gives it up when it stops', async () => {
  const [one, other] = [holding('one', 'seldom'), holding('other', 'seldom')]
  expect(await one.run()).toBeUndefined()
  await isRenewed('seldom')
  expect(await other.run()).toBeGreaterThan(0)
  expect(other).toMatchObject({ turns: 0, away: 1 })
  await one.end()
  await until(
    () => other.run(),
    () => other.turns > 0,
    'the other to take over',
  )
  expect(await lease('seldom')).toMatchObject({ holder: 'other' })
  expect(one.turns).toBe(1)
})

test('a process keeps a duty amid a turn that takes longer than the lease', async () => {
  let end = () => {}
  const working = new Promise<void>((resolve) => (end = resolve))
  const [one, other] = [holding('one', 'long', () => working), holding('other', 'long')]
  const turn = one.run()
  await until(
    () => lease('long'),
    (found) => found !== undefined,
    'the lease to be taken',
  )
  await isRenewed('long')
  await other.run()
  expect(other.turns).toBe(0)
  end()
  await turn
})

test('a process that died holds a duty until its lease runs out, and no longer', async () => {
  const { db } = database
  expect(await takeLease(db, 'orphaned', 'dead', MINUTE)).toBe(true)
  const heir = holding('heir', 'orphaned')
  await heir.run()
  expect(heir).toMatchObject({ turns: 0, away: 1 })
  await db.execute(sql`update ringback.leases set expires_at = now() where name = 'orphaned'`)
  await until(
    () => heir.run(),
    () => heir.turns > 0,
    'the heir to take over',
  )
})

test('a lease whose answer was longer in coming than it lasts is good for a turn', async () => {
  const { pool } = database
  const client = await pool.connect()
  await takeLease(database.db, 'slow', 'one', 1)
  await client.query('begin')
  await client.query(`select from ringback.leases where name = 'slow' for update`)
  const one = holding('one', 'slow', undefined, 100)
  const turn = one.run()
  await until(
    () => pool.query(`select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'leases'`),
    ({ rowCount }) => rowCount! > 0,
    'the lease to be asked for',
  )
  await client.query('select pg_sleep(0.2)')
  await client.query('commit')
  client.release()
  await turn
  expect(one.turns).toBe(1)
})

test('while Postgres refuses, each turn says so', async () => {
  const refusing = { execute: () => Promise.reject(new Error('refused')) } as unknown as Db
  const held = leased(
    { name: 'refused', everyMs: 1, run: async () => undefined },
    { db: refusing, holder: 'one' },
  )
  for (let turn = 0; turn < 3; turn++) await expect(held.run()).rejects.toThrow('refused')
})

test('a long erasure ends at its next page when the process stops, and is not said to be done', async () => {
  const { db } = database
  await upsertTenant(db, 'interrupted', {})
  await beginErasure(db, 'interrupted')
  const clock = { now: () => Date.now() + HOUR }
  const stopping = AbortSignal.abort()
  await expect(keepDays({ db, clock, eventDays: 90, payloadDays: null }).run(stopping)).rejects.toThrow()
  expect((await db.select().from(erasures)).map(({ tenantId }) => tenantId)).toContain('interrupted')
})

test('two that erase a tenant at the same moment write one entry into the audit log', async () => {
  const { db } = database
  await upsertTenant(db, 'leaving', {})
  await beginErasure(db, 'leaving')
  const clock = { now: () => Date.now() + HOUR }
  const duty = () => keepDays({ db, clock, eventDays: 90, payloadDays: null })
  await Promise.all([duty().run(), duty().run(), duty().run()])
  const written = await db.select().from(auditLog)
  expect(
    written.filter(({ action, tenantId }) => action === 'tenant.erased' && tenantId === 'leaving'),
  ).toHaveLength(1)
})
