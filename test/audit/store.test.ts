import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Action, type Actor, SYSTEM } from '../../src/audit/entry.ts'
import { listAllEntries, listEntries, record, removeEntries } from '../../src/audit/store.ts'
import { auditLog } from '../../src/audit/table.ts'
import { firstIdAt, type Id, newId } from '../../src/ids.ts'
import { forgetAudit } from '../../src/upkeep/forget-audit.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('truncate ringback.audit_log'))

const KEY: Actor = { kind: 'key', id: newId('apiKey'), name: 'ours', tenantId: null, requestId: 'r-1' }
const SESSION: Actor = {
  kind: 'portal',
  id: newId('portalSession'),
  name: null,
  tenantId: 'acme',
  requestId: 'r-2',
}
const page = { limit: 10 }

const did = (by: Actor, action: Action, tenantId: string | null = 'acme', targetId: string | null = 'x') =>
  record(database.db, by, { action, tenantId, targetId })

/** An entry of a day, so many days ago. */
async function aged(days: number): Promise<Id<'auditEntry'>> {
  const id = firstIdAt('auditEntry', Date.now() - days * DAY)
  await database.db
    .insert(auditLog)
    .values({ id, action: 'tenant.updated', tenantId: 'acme', targetId: 'acme', actorKind: 'admin' })
  return id
}
const DAY = 86_400_000

test('an entry says who did what, by which request, from what to what', async () => {
  await record(database.db, KEY, {
    action: 'tenant.updated',
    tenantId: 'acme',
    targetId: 'acme',
    before: { name: null },
    after: { name: 'Acme' },
  })
  expect(await listEntries(database.db, 'acme', { ...page, toItself: false })).toEqual([
    {
      id: expect.stringMatching(/^aud_/),
      tenantId: 'acme',
      action: 'tenant.updated',
      targetId: 'acme',
      actorKind: 'key',
      actorId: KEY.id,
      actorName: 'ours',
      actorTenantId: null,
      requestId: 'r-1',
      before: { name: null },
      after: { name: 'Acme' },
    },
  ])
})

test('many deeds are one statement, and stand in their order', async () => {
  const deeds = Array.from({ length: 2_000 }, (_, i) => ({
    action: 'endpoint.disabled' as const,
    tenantId: 'acme',
    targetId: `${i}`,
  }))
  await record(database.db, SYSTEM, ...deeds)
  const found = await listAllEntries(database.db, { limit: 3_000 })
  expect(found.map(({ targetId }) => targetId)).toEqual(deeds.map(({ targetId }) => targetId).toReversed())
})

test('lists are of one actor or kind, of one action, of one target, of one time', async () => {
  const { db } = database
  await did(KEY, 'endpoint.created')
  await did(SESSION, 'endpoint.paused', 'acme', 'y')
  await did(SYSTEM, 'endpoint.disabled', 'other')
  const old = await aged(3)
  const actions = async (query: Parameters<typeof listAllEntries>[1]) =>
    (await listAllEntries(db, query)).map(({ action }) => action)

  expect(await actions({ ...page, actor: 'key' })).toEqual(['endpoint.created'])
  expect(await actions({ ...page, actor: SESSION.id! })).toEqual(['endpoint.paused'])
  expect(await actions({ ...page, action: 'endpoint.disabled' })).toEqual(['endpoint.disabled'])
  expect(await actions({ ...page, tenantId: 'other' })).toEqual(['endpoint.disabled'])
  expect(await actions({ ...page, targetId: 'y' })).toEqual(['endpoint.paused'])
  expect(await actions({ ...page, before: new Date(Date.now() - DAY) })).toEqual(['tenant.updated'])
  expect(await actions({ ...page, after: new Date(Date.now() - DAY) })).toHaveLength(3)
  expect(await actions({ ...page, olderThan: old })).toEqual([])
})

test("a tenant's own people learn nothing of keys, and cannot ask by a key of the operator's", async () => {
  const { db } = database
  await did(KEY, 'api_key.created')
  await did(KEY, 'endpoint.created')
  await did(SESSION, 'endpoint.paused')
  const actions = async (query: Partial<Parameters<typeof listEntries>[2]>) =>
    (await listEntries(db, 'acme', { ...page, toItself: true, ...query })).map(({ action }) => action)

  expect(await actions({})).toEqual(['endpoint.paused', 'endpoint.created'])
  expect(await actions({ actor: KEY.id! })).toEqual([])
  expect(await actions({ actor: SESSION.id! })).toEqual(['endpoint.paused'])
  expect(await actions({ toItself: false, actor: KEY.id! })).toHaveLength(2)
})

test('an entry is never changed', async () => {
  await did(KEY, 'endpoint.created')
  await expect(database.pool.query(`update ringback.audit_log set actor_name = 'another'`)).rejects.toThrow(
    'is never changed',
  )
  expect(await listAllEntries(database.db, page)).toMatchObject([{ actorName: 'ours' }])
})

test('entries that have been kept for their days leave, the oldest first, so many at a time', async () => {
  const [oldest, old, young] = [await aged(12), await aged(11), await aged(9)]
  const before = Date.now() - 10 * DAY
  const left = async () => (await listAllEntries(database.db, page)).map(({ id }) => id)

  expect(await removeEntries(database.db, before, 1)).toBe(1)
  expect(await left()).toEqual([young, old])
  expect(await removeEntries(database.db, before, 1)).toBe(1)
  expect(await removeEntries(database.db, before, 1)).toBe(0)
  expect(await left()).toEqual([young])
  expect(oldest < old).toBe(true)
})

test('the duty comes back at once while there is more than it removes at a time', async () => {
  await database.pool.query(`
    insert into ringback.audit_log (id, action, actor_kind)
    select 'aud_00000000000000000000' || lpad(i::text, 6, '0'), 'tenant.updated', 'admin' from generate_series(1, 5001) i`)
  const duty = forgetAudit({ db: database.db, clock: { now: Date.now }, days: 365 })
  expect(await duty.run()).toBe(0)
  expect(await duty.run()).toBeUndefined()
  expect(await listAllEntries(database.db, page)).toEqual([])
})

test('each list is answered from an index', async () => {
  await database.pool.query(`
    insert into ringback.audit_log (id, tenant_id, action, target_id, actor_kind, actor_id)
    select 'aud_00000000000000000000' || lpad(i::text, 6, '0'), 'tenant-' || i % 100, 'tenant.updated', 'target-' || i, 'key', 'key-' || i % 1000
    from generate_series(1, 20000) i`)
  await database.pool.query('analyze ringback.audit_log')
  for (const [condition, index] of [
    [`tenant_id = 'tenant-1'`, 'audit_log_tenant'],
    [`target_id = 'target-1'`, 'audit_log_target'],
    [`actor_id = 'key-1'`, 'audit_log_actor'],
    [`action = 'api_key.created'`, 'audit_log_action'],
    [`id < 'aud_00000000000000000000000100'`, 'audit_log_pkey'],
  ]) {
    const { rows } = await database.pool.query(
      `explain select * from ringback.audit_log where ${condition} order by id desc limit 50`,
    )
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan, condition).toContain(index)
    expect(plan, condition).not.toContain('Seq Scan')
  }
})
