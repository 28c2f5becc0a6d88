import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/ids.ts'
import { DEFAULT_RETRY_POLICY } from '../../src/retry/policy.ts'
import {
  bumpConfigVersion,
  configVersions,
  deleteTenant,
  findTenant,
  listTenants,
  upsertTenant,
} from '../../src/tenants/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const versionOf = async (tenantId: string) => (await configVersions(database.db, [tenantId])).get(tenantId)

describe('the store of tenants', () => {
  it('makes a tenant with defaults, and says that it is new', async () => {
    const { tenant, created } = await upsertTenant(database.db, 'acme', {})
    expect(created).toBe(true)
    expect(tenant).toEqual({
      id: 'acme',
      name: null,
      metadata: {},
      retry: null,
      timeoutMs: null,
      retention: null,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    })
    expect(await findTenant(database.db, 'acme')).toEqual(tenant)
  })

  it('keeps what is left out of a change, and clears what is null', async () => {
    const { db } = database
    await upsertTenant(db, 'kept', {
      name: 'Kept',
      metadata: { plan: 'pro' },
      retry: DEFAULT_RETRY_POLICY,
      timeoutMs: 5_000,
    })

    const renamed = await upsertTenant(db, 'kept', { name: 'Renamed' })
    expect(renamed).toMatchObject({
      created: false,
      tenant: {
        name: 'Renamed',
        metadata: { plan: 'pro' },
        retry: DEFAULT_RETRY_POLICY,
        timeoutMs: 5_000,
      },
    })

    const cleared = await upsertTenant(db, 'kept', {
      name: null,
      metadata: null,
      retry: null,
      timeoutMs: null,
    })
    expect(cleared.tenant).toMatchObject({ name: null, metadata: {}, retry: null, timeoutMs: null })
    const { rows } = await database.pool.query(
      "select retry is null as gone from ringback.tenants where id = 'kept'",
    )
    expect(rows).toEqual([{ gone: true }])
  })

  it('lists tenants newest first, page by page, without a gap or a repeat', async () => {
    const own = await createTestDatabase()
    // The first three at one moment: their ids decide.
    await own.db.transaction(async (tx) => {
      for (const id of ['a', 'b', 'c']) await upsertTenant(tx, id, {})
    })
    await upsertTenant(own.db, 'A', {})

    const first = await listTenants(own.db, { limit: 2 })
    const second = await listTenants(own.db, { limit: 2, olderThan: first.at(-1) })
    const third = await listTenants(own.db, { limit: 2, olderThan: second.at(-1) })
    expect([...first, ...second].map(({ id }) => id)).toEqual(['A', 'c', 'b', 'a'])
    expect(third).toEqual([])
    await own.drop()
  })

  it('moves the version of a tenant with each bump, and knows none of an absent one', async () => {
    await upsertTenant(database.db, 'versioned', {})
    const before = await versionOf('versioned')
    await bumpConfigVersion(database.db, 'versioned')
    expect(await versionOf('versioned')).toBe(before! + 1)
    expect(await configVersions(database.db, ['nobody'])).toEqual(new Map())
    await expect(bumpConfigVersion(database.db, 'nobody')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('never gives a tenant that came back a version of its earlier life', async () => {
    await upsertTenant(database.db, 'phoenix', {})
    for (let i = 0; i < 3; i++) await bumpConfigVersion(database.db, 'phoenix')
    const earlier = await versionOf('phoenix')
    // A millisecond is the grain of a first version; three bumps take longer, one beat more makes it sure.
    await database.pool.query('select pg_sleep(0.01)')

    expect(await deleteTenant(database.db, 'phoenix')).toMatchObject({ id: 'phoenix' })
    expect(await deleteTenant(database.db, 'phoenix')).toBeUndefined()
    await upsertTenant(database.db, 'phoenix', {})
    expect(await versionOf('phoenix')).toBeGreaterThan(earlier!)
  })

  it('takes the endpoints of a deleted tenant along', async () => {
    await upsertTenant(database.db, 'leaving', {})
    await database.pool.query(
      "insert into ringback.endpoints (id, tenant_id, url) values ($1, 'leaving', 'https://a.example/')",
      [newId('endpoint')],
    )
    await deleteTenant(database.db, 'leaving')
    const { rows } = await database.pool.query(
      "select id from ringback.endpoints where tenant_id = 'leaving'",
    )
    expect(rows).toEqual([])
  })
})
