/** Attempts of which nobody is told are settled in one statement; whatever came between is told all the same. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listAttempts } from '../../src/attempts/store.ts'
import { cancel, findDelivery, insertDeliveries, loadDue, restart } from '../../src/deliveries/store.ts'
import { conclude } from '../../src/dispatch/conclude.ts'
import { createSettle, type Settle } from '../../src/dispatch/settle.ts'
import { type Id, newId } from '../../src/ids.ts'
import { DEFAULT_RETRY_POLICY } from '../../src/retry/policy.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { answered } from '../setup/outcome.ts'

const TENANT = 'acme'
const ENDPOINT = newId('endpoint')
let database: TestDatabase
let settle: Settle

beforeAll(async () => {
  database = await createTestDatabase()
  settle = createSettle({ db: database.db, random: () => 0.5 })
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${ENDPOINT}, ${TENANT}, 'https://example.com')`,
  )
})
afterAll(() => database.drop())
beforeEach(() => database.db.execute(sql`truncate ringback.notices`))

async function insert() {
  const id = newId('delivery')
  const made = { id, tenantId: TENANT, eventId: await event(), eventType: 'a', endpointId: ENDPOINT } as const
  await insertDeliveries(database.db, [{ ...made, endpointStatus: 'active', trigger: 'automatic' }])
  return id
}

async function event() {
  const id = newId('event')
  await database.db.execute(
    sql`insert into ringback.events (id, tenant_id, type, metadata, body, delivery_count) values (${id}, ${TENANT}, 'a', '{}', '{}', 1)`,
  )
  return id
}

/** An attempt that was made, and is not settled yet. */
async function made(id: Id<'delivery'>, status = 200) {
  const delivery = (await loadDue(database.db, [id])).get(id)!
  const outcome = answered(status)
  const request = { url: 'https://example.com', headers: {}, body: Buffer.alloc(0), timeoutMs: 1 }
  const attempted = { delivery, retry: DEFAULT_RETRY_POLICY, wasHeld: false, request, outcome, traceId: null }
  const conclusion = conclude({ ...attempted, id: newId('attempt') }, Date.now(), () => 0.5)
  return { ...conclusion, endpointFailing: false, isProbe: false }
}

const find = async (id: Id<'delivery'>) => (await findDelivery(database.db, TENANT, id))!
const logged = (id: Id<'delivery'>) => listAttempts(database.db, TENANT, id, { limit: 10 })
const told = async () => {
  const { rows } = await database.db.execute<{ type: string }>(sql`select type from ringback.notices`)
  return rows.map(({ type }) => type)
}

test('a success stands in the log and in its delivery, and nobody is told', async () => {
  const ids = [await insert(), await insert()]
  const attempts = [await made(ids[0]!), await made(ids[1]!)]
  expect(await Promise.all(attempts.map(settle))).toMatchObject([
    { status: 'delivered', askedFor: false },
    { status: 'delivered', askedFor: false },
  ])
  for (const [i, id] of ids.entries()) {
    expect(await find(id)).toMatchObject({ status: 'delivered', attemptCount: 1, dueAt: null, wakeAt: null })
    expect(await logged(id)).toMatchObject([{ id: attempts[i]!.row.id, number: 1, succeeded: true }])
  }
  expect(await told()).toEqual([])
})

test('a success that somebody asked for while it was under way is told, beside one that nobody asked for', async () => {
  const [asked, usual] = [await insert(), await insert()]
  const [first, second] = [await made(asked), await made(usual)]
  await cancel(database.db, TENANT, asked)
  await restart(database.db, TENANT, asked, 'manual')
  expect(await Promise.all([settle(first), settle(second)])).toMatchObject([
    { status: 'delivered', askedFor: true },
    { status: 'delivered', askedFor: false },
  ])
  expect([(await logged(asked)).length, (await logged(usual)).length]).toEqual([1, 1])
  expect(await told()).toEqual(['delivery.recovered'])
})

test('one that comes too late is in no log, and takes nothing from those beside it', async () => {
  const [twice, once] = [await insert(), await insert()]
  const [first, late, other] = [await made(twice), await made(twice), await made(once)]
  await settle(first)
  expect(await Promise.all([settle(late), settle(other)])).toMatchObject([null, { status: 'delivered' }])
  expect((await logged(twice)).map(({ id }) => id)).toEqual([first.row.id])
  expect(await logged(once)).toHaveLength(1)
})

test('a success beside a failure is written with it, and the failure has its retry', async () => {
  const [good, bad] = [await insert(), await insert()]
  const attempts = [await made(good), await made(bad, 500)]
  expect(await Promise.all(attempts.map(settle))).toMatchObject([
    { status: 'delivered' },
    { status: 'retrying' },
  ])
  expect(await logged(bad)).toMatchObject([{ succeeded: false, responseStatus: 500 }])
})
