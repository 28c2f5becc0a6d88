import { afterAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../api/test-api.ts'
import { operationsOf, sendRow } from './operations.ts'
import { ROWS } from './route-rows.ts'
import { openPortal, settle } from './world.ts'

const api: TestApi = await createTestApi()
afterAll(() => api.close())

const ofTenants = (await operationsOf(api)).filter(({ path }) => path.includes('{tenant}'))

describe.each([
  { who: 'a portal token', readOnly: false, scopes: ['read', 'manage'] },
  { who: 'a token to look alone', readOnly: true, scopes: ['read'] },
])('$who', ({ readOnly, scopes }) => {
  it.each(ofTenants)('within its tenant, $method $path: as its scopes say', async (operation) => {
    const own = await settle(api, `own-${operation.id}-${readOnly}`)
    const { token } = await openPortal(api, own.tenant, readOnly)
    const { status } = await sendRow(api, operation, token, own)
    expect(status).toBe(scopes.includes(operation.scope!) ? ROWS[operation.id]!.answers : 403)
  })
})
