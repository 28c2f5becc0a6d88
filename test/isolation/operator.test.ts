import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SCOPES } from '../../src/access/caller.ts'
import { ensureOperatorTenant } from '../../src/tenants/store.ts'
import { OPERATOR_TENANT } from '../../src/tenants/tenant.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'
import { operationsOf, sendRow } from './operations.ts'
import { everything, giveKey, nobodys, openPortal, settle } from './world.ts'

const api: TestApi = await createTestApi()
afterAll(() => api.close())

const ofTenants = (await operationsOf(api)).filter(({ path }) => path.includes('{tenant}'))

/** By who holds them: keys that may do all but what takes the scope `admin`, and keys of a tenant that may do all. */
let unfit: Record<string, string>
let admin: string

beforeAll(async () => {
  await ensureOperatorTenant(api.database.db)
  await settle(api, 'acme')
  unfit = {
    'a key without the scope admin': (await giveKey(api, ['emit', 'read', 'manage'])).key,
    'a key of a tenant': (await giveKey(api, SCOPES, 'acme')).key,
    'a portal token': (await openPortal(api, 'acme')).token,
  }
  admin = (await giveKey(api, ['admin'])).key
})

it.each(ofTenants)(
  "the operator's tenant is open to the scope admin alone: $method $path",
  async (operation) => {
    const itsOwn = { ...nobodys(), tenant: OPERATOR_TENANT }
    const before = await everything(api.database.db)
    for (const [who, key] of Object.entries(unfit)) {
      const { status } = await sendRow(api, operation, key, itsOwn)
      expect(status, who).toSatisfy((status: number) => status === 403 || status === 404)
    }
    expect(await sendRow(api, operation, unfit['a key without the scope admin']!, itsOwn)).toMatchObject({
      status: 403,
    })
    expect(await everything(api.database.db)).toBe(before)
    expect((await sendRow(api, operation, admin, itsOwn)).status).not.toBe(403)
  },
)

describe('nobody is bound to the operator’s tenant', () => {
  const RESERVED = { status: 422, json: { code: 'tenant_id_reserved' } }

  it('by a key', async () => {
    const body = { name: 'of notices', scopes: ['admin'], tenant: OPERATOR_TENANT }
    expect(await api.ask('POST /v1/api-keys', { body })).toMatchObject(RESERVED)
  })

  it('by a portal session', async () => {
    expect(await api.ask(`POST /v1/tenants/${OPERATOR_TENANT}/portal-sessions`)).toMatchObject(RESERVED)
  })
})
