import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYSTEM } from '../../src/audit/entry.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import * as events from '../../src/events/store.ts'
import * as handovers from '../../src/handovers/store.ts'
import { newId } from '../../src/ids.ts'
import { removeTenant } from '../../src/tenants/remove.ts'
import { upsertTenant } from '../../src/tenants/store.ts'
import { checkTenantId } from '../../src/tenants/tenant.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

describe('the id of a tenant', () => {
  it.each(['a', 'Acme-Corp_1.eu', '0', '...', '-', '_', '_x', 'a'.repeat(128)])('may be %s', (id) => {
    expect(() => checkTenantId(id)).not.toThrow()
  })

  it.each(['', 'a b', 'ä', 'a/b', 'a\n', '.', '..', 'a'.repeat(129)])('may not be %j', (id) => {
    expect(() => checkTenantId(id)).toThrow(expect.objectContaining({ code: 'tenant_id_invalid' }))
  })

  it("may not be the operator's", () => {
    expect(() => checkTenantId('_operator')).toThrow(expect.objectContaining({ code: 'tenant_id_reserved' }))
  })
})

describe('removing a tenant', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  it('ends all that waited for its endpoints, and nothing of others', async () => {
    const { db } = database
    for (const tenantId of ['leaving', 'staying']) await upsertTenant(db, tenantId, {})
    const rows = ['leaving', 'leaving', 'staying'].map((tenantId) => ({
      id: newId('delivery'),
      tenantId,
      eventId: newId('event'),
      eventType: 'a',
      endpointId: newId('endpoint'),
      endpointStatus: 'active' as const,
      trigger: 'automatic' as const,
    }))
    await deliveries.insertDeliveries(db, rows)

    await db.transaction((tx) =>
      removeTenant(tx, { by: SYSTEM, deliveries, events, handovers }, 'leaving', { erase: false }),
    )

    const found = await Promise.all(rows.map((row) => deliveries.findDelivery(db, row.tenantId, row.id)))
    const canceled = { status: 'canceled', reason: 'tenant_deleted' }
    expect(found).toMatchObject([canceled, canceled, { status: 'pending' }])
  })

  it('is not found twice', async () => {
    const removal = database.db.transaction((tx) =>
      removeTenant(tx, { by: SYSTEM, deliveries, events, handovers }, 'nobody', { erase: false }),
    )
    await expect(removal).rejects.toMatchObject({ code: 'not_found' })
  })
})
