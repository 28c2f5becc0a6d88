import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AuditRow, listAllEntries } from '../../src/audit/store.ts'
import { holdWaiting, insertDeliveries } from '../../src/deliveries/store.ts'
import { transit } from '../../src/dispatch/health.ts'
import { endpointSecrets } from '../../src/endpoints/table.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createKeyring } from '../../src/sealing/keyring.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { expireHeld } from '../../src/upkeep/expire-held.ts'
import { reseal } from '../../src/upkeep/reseal.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('truncate ringback.audit_log, ringback.tenants cascade'))

const entries = (): Promise<AuditRow[]> => listAllEntries(database.db, { limit: 100 })

async function endpoint(tenantId: string, status = 'active'): Promise<Id<'endpoint'>> {
  const id = newId('endpoint')
  await database.pool.query('insert into ringback.tenants (id) values ($1) on conflict do nothing', [
    tenantId,
  ])
  await database.pool.query(
    `insert into ringback.endpoints (id, tenant_id, url, status) values ($1, $2, 'https://example.com/', $3)`,
    [id, tenantId, status],
  )
  return id
}

async function held(tenantId: string, endpointId: Id<'endpoint'>) {
  const made = { id: newId('delivery'), tenantId, eventId: newId('event'), eventType: 'a', endpointId }
  await insertDeliveries(database.db, [{ ...made, endpointStatus: 'active', trigger: 'automatic' }])
  await holdWaiting(database.db, tenantId, endpointId, 'disabled')
  await database.pool.query(`update ringback.deliveries set round_at = now() - interval '31 days'`)
  return made.id
}

test('endpoints that a rule disables leave an entry each, with what they were and why', async () => {
  const [gone, failing, off] = [
    await endpoint('a'),
    await endpoint('b', 'failing'),
    await endpoint('b', 'disabled'),
  ]
  const disable = (reason: 'gone' | 'failing') => ({ kind: 'disable', reason, at: new Date() }) as const
  for (const transition of [
    { tenantId: 'a', endpointId: gone, change: disable('gone') },
    { tenantId: 'b', endpointId: failing, change: disable('failing') },
    { tenantId: 'b', endpointId: off, change: disable('gone') },
  ])
    await transit(database.db, transition)
  const found = (await entries()).toSorted((a, b) => (a.tenantId! < b.tenantId! ? -1 : 1))
  const rest = { action: 'endpoint.disabled', actorKind: 'system', actorId: null, requestId: null }
  expect(found).toMatchObject([
    {
      ...rest,
      tenantId: 'a',
      targetId: gone,
      before: { status: 'active', disabledReason: null },
      after: { status: 'disabled', disabledReason: 'gone' },
    },
    {
      ...rest,
      tenantId: 'b',
      targetId: failing,
      before: { status: 'failing', disabledReason: null },
      after: { status: 'disabled', disabledReason: 'failing' },
    },
  ])
})

test('what was held for too long leaves one entry for each endpoint, with how many there were', async () => {
  const [mine, theirs] = [await endpoint('a', 'disabled'), await endpoint('b', 'disabled')]
  await held('a', mine)
  await held('a', mine)
  await held('b', theirs)
  const duty = expireHeld({ db: database.db, days: 30 })
  expect(await duty.run()).toBeUndefined()

  const found = (await entries()).toSorted((a, b) => (a.tenantId! < b.tenantId! ? -1 : 1))
  const rest = { action: 'endpoint.deliveries_expired', actorKind: 'system' }
  expect(found).toMatchObject([
    { ...rest, tenantId: 'a', targetId: mine, after: { deliveries: 2 } },
    { ...rest, tenantId: 'b', targetId: theirs, after: { deliveries: 1 } },
  ])
  await duty.run()
  expect(await entries()).toHaveLength(2)
})

test('operators are told of each delivery that was held for too long', async () => {
  await database.pool.query('truncate ringback.notices, ringback.deliveries')
  const mine = await endpoint('a', 'disabled')
  const ids = [await held('a', mine), await held('a', mine)]
  await expireHeld({ db: database.db, days: 30 }).run()
  const { rows } = await database.pool.query('select type, data from ringback.notices order by id')
  const about = { tenantId: 'a', endpointId: mine, reason: 'held_too_long', attempts: 0 }
  expect(rows).toHaveLength(2)
  for (const deliveryId of ids)
    expect(rows).toContainEqual({
      type: 'delivery.failed',
      data: { ...about, deliveryId, eventId: expect.any(String) },
    })
})

test('secrets that are sealed anew leave an entry for each page, and nothing of them', async () => {
  const endpointId = await endpoint('a')
  const [former, first] = [randomBytes(32), randomBytes(32)] as const
  const old = createKeyring([former])
  const rows = Array.from({ length: 501 }, () => newId('secret'))
  await database.db
    .insert(endpointSecrets)
    .values(rows.map((id) => ({ id, tenantId: 'a', endpointId, sealed: old.seal('whsec_x', id) })))
  const duty = reseal({ db: database.db, keyring: createKeyring([first, former]), log: silentLog })
  for (let i = 0; i < 4; i++) await duty.run()

  const rest = {
    action: 'master_key.resealed',
    actorKind: 'system',
    tenantId: null,
    targetId: null,
    before: null,
  }
  expect(await entries()).toMatchObject([
    { ...rest, after: { what: 'secrets', rows: 1 } },
    { ...rest, after: { what: 'secrets', rows: 500 } },
  ])
})
