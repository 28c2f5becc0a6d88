import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { ACTIONS, type Action } from '../../src/audit/entry.ts'
import { listAllEntries } from '../../src/audit/store.ts'
import { ADMIN_KEY, createTestApi, type TestApi } from '../api/test-api.ts'
import { operationsOf, sendRow } from '../isolation/operations.ts'
import { giveKey, openPortal, type Possessions, settle } from '../isolation/world.ts'

/** What each operation that changes something leaves; null: nothing. One that is not here fails the suite. */
const LEAVES: Record<string, Action | null> = {
  putTenant: 'tenant.updated',
  deleteTenant: 'tenant.deleted',
  putEventType: 'event_type.updated',
  archiveEventType: 'event_type.archived',
  createEndpoint: 'endpoint.created',
  updateEndpoint: 'endpoint.updated',
  deleteEndpoint: 'endpoint.deleted',
  enableEndpoint: 'endpoint.enabled',
  disableEndpoint: 'endpoint.disabled',
  pauseEndpoint: 'endpoint.paused',
  resumeEndpoint: 'endpoint.resumed',
  getEndpointSecret: 'endpoint.secret_revealed',
  rotateEndpointSecret: 'endpoint.secret_rotated',
  testEndpoint: 'endpoint.tested',
  createSubscription: 'subscription.created',
  updateSubscription: 'subscription.updated',
  deleteSubscription: 'subscription.deleted',
  retryDelivery: 'delivery.retried',
  eraseEvent: 'event.erased',
  cancelDelivery: 'delivery.canceled',
  createRecovery: 'recovery.created',
  pauseRecovery: 'recovery.paused',
  resumeRecovery: 'recovery.resumed',
  cancelRecovery: 'recovery.canceled',
  retryRefusedEvent: 'refused_event.retried',
  discardRefusedEvent: 'refused_event.discarded',
  createPortalSession: 'portal_session.created',
  revokePortalSession: 'portal_session.revoked',
  createApiKey: 'api_key.created',
  revokeApiKey: 'api_key.revoked',
  // The events are their own log.
  emitEvent: null,
  emitEventBatch: null,
  // A preview changes nothing, and who signs in may do what its key may do without.
  previewFilter: null,
  createSession: null,
  deleteSession: null,
}

/** What nobody does by a request. */
const BY_THE_SYSTEM: readonly Action[] = [
  'endpoint.deliveries_expired',
  'master_key.resealed',
  'tenant.erased',
]

/** The state in which an operation changes something, if `settle` does not leave it. */
const FIRST: Record<string, string> = {
  enableEndpoint: 'endpoints/{endpoint}/disable',
  resumeEndpoint: 'endpoints/{endpoint}/pause',
  resumeRecovery: 'recoveries/{recovery}/pause',
}

const api: TestApi = await createTestApi()
afterAll(() => api.close())
const { db } = api.database

const operations = await operationsOf(api)
const changing = operations.filter(({ method, id }) => method !== 'GET' || LEAVES[id] !== undefined)

it('every operation that changes something says what entry it leaves', () => {
  expect(changing.map(({ id }) => id).sort()).toEqual(Object.keys(LEAVES).sort())
})

const actors = {
  admin: { kind: 'admin', actor: async () => ({ key: ADMIN_KEY, id: null, name: null, tenantId: null }) },
  'an API key': {
    kind: 'key',
    actor: async () => {
      const { id, key } = await giveKey(api, ['admin', 'emit'])
      return { key, id, name: 'given', tenantId: null }
    },
  },
  'a portal session': {
    kind: 'portal',
    actor: async (of: Possessions) => {
      const { id, token } = await openPortal(api, of.tenant)
      return { key: token, id, name: null, tenantId: of.tenant }
    },
  },
}

describe.each(Object.entries(actors))('by %s', (_, { kind, actor }) => {
  const allowed = changing.filter(({ scope }) => kind !== 'portal' || scope === 'manage')

  test.each(allowed)('$method $path leaves its one entry, with who did it', async (operation) => {
    const own = await settle(api, `${operation.id}-${kind}`)
    const { key, id, name, tenantId } = await actor(own)
    if (FIRST[operation.id]) await prepare(FIRST[operation.id]!, own)
    const [last] = await listAllEntries(db, { limit: 1 })

    const answer = await sendRow(api, operation, key, own)

    expect(answer.status).toBeLessThan(300)
    const news = (await listAllEntries(db, { limit: 10 })).filter((entry) => entry.id > last!.id)
    const action = LEAVES[operation.id]
    if (action === null) return expect(news).toEqual([])
    expect(news).toMatchObject([
      {
        action,
        actorKind: kind,
        actorId: id,
        actorName: name,
        actorTenantId: tenantId,
        tenantId: operation.path.includes('{tenant}') || operation.id === 'revokeApiKey' ? own.tenant : null,
        requestId: answer.headers.get('X-Request-Id'),
      },
    ])
    expect(news[0]!.targetId).toBe(targetOf(operation.path, own) ?? answer.json?.id ?? null)
  })
})

describe('of all that can happen', () => {
  let seen: Set<string>
  beforeAll(async () => {
    seen = new Set((await listAllEntries(db, { limit: 10_000 })).map(({ action }) => action))
  })

  it('each was seen here, save what the system does', () => {
    const missing = Object.keys(ACTIONS).filter((action) => !seen.has(action))
    expect(missing.sort()).toEqual([...BY_THE_SYSTEM].sort())
  })
})

async function prepare(path: string, own: Possessions) {
  const filled = path.replace(/\{(\w+)\}/, (_, name: keyof Possessions) => own[name])
  expect((await api.ask(`POST /v1/tenants/${own.tenant}/${filled}`)).status).toBe(200)
}

/** What a path ends with, before a verb; undefined when the request makes something. */
function targetOf(path: string, own: Possessions): string | undefined {
  const end = path.match(
    /\{(\w+)\}(?:\/(?:enable|disable|pause|resume|cancel|retry|test|secret|secret\/rotate))?$/,
  )
  return end ? own[end[1] as keyof Possessions] : undefined
}
