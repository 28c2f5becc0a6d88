import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAttempts } from '../../src/attempts/store.ts'
import type { Db } from '../../src/db/open.ts'
import { ensurePartitions } from '../../src/db/partitions.ts'
import { listDeliveries } from '../../src/deliveries/store.ts'
import { DAY, HOUR, MINUTE } from '../../src/duration.ts'
import { listEvents } from '../../src/events/store.ts'
import { firstIdAt, newId } from '../../src/ids.ts'
import { rollHour, rollMinutes, saveProgress } from '../../src/stats/store.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { beginErasure, upsertTenant } from '../../src/tenants/store.ts'
import { dropPartitions } from '../../src/upkeep/drop-partitions.ts'
import { keepDays } from '../../src/upkeep/keep-days.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { happened, idAt } from './history.ts'

const log = createLog('silent')
const DAYS = { events: 90, attempts: 30 }
const BEGINNING = Date.UTC(2031, 0, 6)

/** What begins to wait on a day, in weeks of their own, and never comes to an end. */
const WAITING: Record<number, 'held' | 'pending' | 'retrying'> = { 3: 'held', 13: 'pending', 23: 'retrying' }

let database: TestDatabase
let now = BEGINNING
const clock = { now: () => now }
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const count = async (table: string, where = 'true') => {
  const { rows } = await database.db.execute<{ n: number }>(
    sql.raw(`select count(*)::int as n from ringback.${table} where ${where}`),
  )
  return rows[0]!.n
}

/** Of the three large tables, with their indexes, in bytes. */
const size = async () => {
  const { rows } = await database.db.execute<{ bytes: number }>(sql`
    select sum(pg_total_relation_size(inhrelid))::float8 as bytes from pg_inherits
    join pg_class on pg_class.oid = inhparent
    where relname in ('events', 'deliveries', 'attempts') and relkind = 'p'`)
  return rows[0]!.bytes
}

test('over 120 days sizes are flat, nothing that waits is lost, sums stay, and look-ups read one partition', async () => {
  const { db, pool } = database
  await upsertTenant(db, 'brief', { retention: { eventDays: 7, attemptDays: 2 } })
  const drop = dropPartitions({ db, pool, address: database.url, clock, log, days: DAYS })
  const keep = keepDays({ db, clock, eventDays: 90, payloadDays: null })
  const body = Buffer.alloc(3_000, 'x')
  const waiting: Awaited<ReturnType<typeof happened>>[] = []
  const sizes: number[] = []

  for (let day = 0; day < 120; day++) {
    now = BEGINNING + day * DAY
    await ensurePartitions(db, now)
    await happened(db, { tenantId: 'usual', at: now, count: 100, body })
    await happened(db, { tenantId: 'brief', at: now, count: 20 })
    const status = WAITING[day]
    if (status) waiting.push(await happened(db, { tenantId: 'waiting', at: now + HOUR, count: 5, status }))
    await rollMinutes(db, now, now + 5 * MINUTE)
    await rollHour(db, now)
    await saveProgress(db, 'settled', now)
    now += 2 * HOUR
    await keep.run()
    await drop.run()
    sizes.push(await size())
  }

  // A partition is made for four weeks, so sizes go up by one and down by one within a week.
  const early = Math.max(...sizes.slice(98, 105))
  const late = Math.max(...sizes.slice(113, 120))
  expect(late).toBeLessThan(early * 1.05)

  for (const status of Object.values(WAITING))
    expect(await count('deliveries', `tenant_id = 'waiting' and status = '${status}'`)).toBe(5)
  expect(await count('events', `tenant_id = 'waiting' and body is not null`)).toBe(15)
  const isKept = (days: number) => (n: number) => n >= days * 100 && n < (days + 7) * 100
  expect(await count('events', `tenant_id = 'usual'`)).toSatisfy(isKept(90))
  expect(await count('deliveries', `tenant_id = 'usual'`)).toSatisfy(isKept(90))
  expect(await count('attempts', `tenant_id = 'usual'`)).toSatisfy(isKept(30))
  // Taken host's ids go with their events, and stay with those that are kept.
  expect(await count('external_ids')).toBe(await count('events'))
  expect(await count('events', `tenant_id = 'brief'`)).toBe(7 * 20)
  expect(await count('deliveries', `tenant_id = 'brief'`)).toBe(7 * 20)
  expect(await count('attempts', `tenant_id = 'brief'`)).toBe(2 * 20)
  const { rows: sums } = await db.execute(
    sql`select sum(attempts)::int as attempts from ringback.stats where span = 'hour' and tenant_id = 'usual' and endpoint_id = ''`,
  )
  expect(sums).toEqual([{ attempts: 12_000 }])

  for (const [table, id] of [
    ['events', waiting[0]!.events[0]],
    ['deliveries', waiting[0]!.deliveries[0]],
    ['attempts', newId('attempt')],
  ])
    expect(await scans(`select * from ringback.${table} where id = '${id}'`)).toBeLessThanOrEqual(1)
  // A list of one day, and a log, which begins no earlier than its delivery.
  const aDay = { after: new Date(now - 60 * DAY), before: new Date(now - 59 * DAY), limit: 50 }
  expect(await tablesRead((db) => listDeliveries(db, 'usual', aDay))).toBeLessThanOrEqual(2)
  expect(await tablesRead((db) => listEvents(db, 'usual', aDay))).toBeLessThanOrEqual(2)
  // The newest page reads backward from the weeks that are made ahead, and stops when it is full.
  expect(await tablesRead((db) => listDeliveries(db, 'usual', { limit: 50 }))).toBeLessThanOrEqual(7)
  expect(await tablesRead((db) => listEvents(db, 'usual', { limit: 50 }))).toBeLessThanOrEqual(7)
  const made = idAt('delivery', now - DAY, 1)
  expect(await tablesRead((db) => listAttempts(db, 'usual', made, { limit: 50 }))).toBeLessThanOrEqual(7)

  // What waited ends at last: its partitions go too.
  await db.execute(
    sql`update ringback.deliveries set status = 'delivered', waiting_for = null, due_at = null, wake_at = null where tenant_id = 'waiting'`,
  )
  await drop.run()
  expect(await count('deliveries', `tenant_id = 'waiting'`)).toBe(0)
  expect(await count('events', `tenant_id = 'waiting'`)).toBe(0)
  const before = firstIdAt('event', now - 98 * DAY)
  expect(await count('events', `id < '${before}'`)).toBe(0)
}, 300_000)

test('a partition that was out of sight when something of it was begun anew is put back', async () => {
  const { db, pool } = database
  const at = BEGINNING - 365 * DAY
  await ensurePartitions(db, at)
  const past = await happened(db, { tenantId: 'late', at, count: 1 })
  const [{ name } = { name: '' }] = (
    await db.execute<{ name: string }>(
      sql`select tableoid::regclass::text as name from ringback.deliveries where id = ${past.deliveries[0]!}`,
    )
  ).rows
  await db.execute(sql`update ringback.deliveries set status = 'held' where id = ${past.deliveries[0]!}`)
  // A process that died after it had detached it.
  await pool.query(`alter table ringback.deliveries detach partition ${name} concurrently`)
  await dropPartitions({ db, pool, address: database.url, clock, log, days: DAYS }).run()
  expect(await count('deliveries', `id = '${past.deliveries[0]}'`)).toBe(1)
  expect(await count('events', `id = '${past.events[0]}'`)).toBe(1)
})

test('dropping waits for nobody who writes, and nobody for it', async () => {
  const { db, pool } = database
  const at = BEGINNING - 500 * DAY
  await ensurePartitions(db, at)
  await happened(db, { tenantId: 'gone', at: at - 7 * DAY, count: 1 })
  const writer = await pool.connect()
  await writer.query('begin')
  await writer.query(`select count(*) from ringback.events where tenant_id = 'nobody'`)
  const dropping = dropPartitions({ db, pool, address: database.url, clock, log, days: DAYS }).run()
  // Its detaching is under way, and waits for the transaction that still may look at what leaves.
  await expect.poll(() => count('events', `tenant_id = 'gone'`), { timeout: 20_000, interval: 20 }).toBe(0)
  await happened(db, { tenantId: 'busy', at: now, count: 1 })
  expect(await count('events', `tenant_id = 'busy'`)).toBe(1)
  await writer.query('commit')
  writer.release()
  await dropping
  await dropPartitions({ db, pool, address: database.url, clock, log, days: DAYS }).run()
  const { rows } = await pool.query(
    `select relname from pg_class left join pg_inherits on inhrelid = oid where relname ~ '^events_[0-9]{8}$' and (inhrelid is null or inhdetachpending)`,
  )
  expect(rows).toEqual([])
})

test('data is erased after its days, and not while a delivery waits to send it', async () => {
  const { db } = database
  const at = now - 10 * DAY
  await happened(db, { tenantId: 'frugal', at, count: 3 })
  await happened(db, { tenantId: 'frugal', at: at + HOUR, count: 2, status: 'held' })
  await happened(db, { tenantId: 'frugal', at: now - DAY, count: 4 })
  await keepDays({ db, clock, eventDays: 90, payloadDays: 7 }).run()
  expect(await count('events', `tenant_id = 'frugal'`)).toBe(9)
  expect(await count('events', `tenant_id = 'frugal' and body is null and erased_at is not null`)).toBe(3)
})

test("a tenant's own days for data hold where they are shorter, for it alone; notes go with the data", async () => {
  const { db } = database
  await upsertTenant(db, 'secretive', { retention: { payloadDays: 1 } })
  for (const tenantId of ['secretive', 'open']) {
    await happened(db, { tenantId, at: now - 3 * DAY, count: 3 })
    await happened(db, { tenantId, at: now - 3 * DAY + HOUR, count: 2, status: 'retrying' })
    await happened(db, { tenantId, at: now - HOUR, count: 4 })
  }
  await db.execute(
    sql`update ringback.events set metadata = '{"order":"7"}' where tenant_id in ('secretive', 'open')`,
  )
  await keepDays({ db, clock, eventDays: 90, payloadDays: null }).run()
  const erased = `body is null and erased_at is not null and metadata = '{}'`
  expect(await count('events', `tenant_id = 'secretive' and ${erased}`)).toBe(3)
  expect(await count('events', `tenant_id = 'secretive' and body is not null and metadata <> '{}'`)).toBe(6)
  expect(await count('events', `tenant_id = 'open' and body is not null and metadata <> '{}'`)).toBe(9)
})

test('of a tenant that was deleted to be erased nothing is left, and of its successor everything', async () => {
  const { db } = database
  await upsertTenant(db, 'leaver', {})
  const asked = Date.now()
  await ensurePartitions(db, asked - DAY)
  await happened(db, { tenantId: 'leaver', at: asked - DAY, count: 2_500 })
  await rollMinutes(
    db,
    Math.floor((asked - DAY) / MINUTE) * MINUTE,
    Math.floor((asked - DAY) / MINUTE) * MINUTE + MINUTE,
  )
  await beginErasure(db, 'leaver')
  await happened(db, { tenantId: 'leaver', at: asked + HOUR, count: 3 })
  const duty = keepDays({ db, clock: { now: () => asked + 5 * MINUTE }, eventDays: 90, payloadDays: null })
  await duty.run()
  for (const table of ['events', 'deliveries', 'attempts', 'external_ids'])
    expect(await count(table, `tenant_id = 'leaver'`)).toBe(3)
  expect(await count('stats', `tenant_id = 'leaver'`)).toBe(0)
  expect(await count('erasures')).toBe(0)
  expect(await count('audit_log', `action = 'tenant.erased' and tenant_id = 'leaver'`)).toBe(1)
})

/** How many tables are read for what a store asks; planned for, and then not needed, counts as not read. */
async function tablesRead(ask: (db: Db) => Promise<unknown>): Promise<number> {
  const plan: string[] = []
  const client = {
    async query({ text }: { text: string }, values: unknown[]) {
      const { rows } = await database.pool.query(`explain (analyze, costs off) ${text}`, values)
      plan.push(...rows.map((row) => row['QUERY PLAN']))
      return { rows: [] }
    },
  }
  await ask(drizzle({ client: client as unknown as pg.Pool }))
  const scans = plan.filter((line) => /(?<!Bitmap Index )Scan.* on /.test(line))
  expect(scans).not.toEqual([])
  return scans.filter((line) => !line.includes('never executed')).length
}

/** How many tables a query reads. */
async function scans(query: string): Promise<number> {
  const { rows } = await database.db.execute<{ 'QUERY PLAN': string }>(sql.raw(`explain ${query}`))
  // A bitmap has two lines for the one partition that it reads.
  return rows.filter((row) => /(?<!Bitmap Index )Scan.* on /.test(row['QUERY PLAN'])).length
}
