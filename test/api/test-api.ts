/** The API on a database of a test file's own: all rooms real, no worker behind them and no socket before them. */
import { randomBytes } from 'node:crypto'
import { createBrowserSessions } from '../../src/access/browser-session.ts'
import { createIdempotency } from '../../src/access/idempotency.ts'
import { createAccess } from '../../src/access/keys.ts'
import { openLimits } from '../../src/access/limits/limits.ts'
import { createPortalTokens, type PortalTokens } from '../../src/access/portal-token.ts'
import { createApi } from '../../src/api/app.ts'
import type { Api, ApiNeeds } from '../../src/api/needs.ts'
import { systemClock } from '../../src/clock.ts'
import { settingsOf } from '../../src/config/settings.ts'
import { readFromPrimary } from '../../src/db/replica.ts'
import { retryDelivery } from '../../src/deliveries/retry.ts'
import { insertDeliveries } from '../../src/deliveries/store.ts'
import { createEgress } from '../../src/egress/index.ts'
import { createInterests } from '../../src/endpoints/interests.ts'
import { insertEndpoint, insertSubscriptions } from '../../src/endpoints/store.ts'
import { createCatalogue } from '../../src/event-types/catalogue.ts'
import { createAcceptor } from '../../src/events/accept.ts'
import { removeHandovers } from '../../src/handovers/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createFeed } from '../../src/live/feed.ts'
import { createKeyring } from '../../src/sealing/keyring.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { bumpConfigVersion, upsertTenant } from '../../src/tenants/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

export const ADMIN_KEY = 'the admin key of the tests, long enough'

/** A request; a body that is no text is sent as JSON. */
export interface TestRequest {
  body?: unknown
  headers?: Record<string, string>
}

export interface TestAnswer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  json: any
}

export interface TestApi {
  api: Api
  needs: ApiNeeds
  portalTokens: PortalTokens
  database: TestDatabase
  /** Asks with the admin key, unless `headers` say otherwise. */
  ask(request: string, options?: TestRequest): Promise<TestAnswer>
  /** Makes a tenant with an endpoint that wants everything. */
  tenant(id: string): Promise<{ endpointId: Id<'endpoint'> }>
  close(): Promise<void>
}

/** Limits that are off count nothing, and stand on nothing. */
const UNLIMITED = openLimits({
  rates: { key: null, portal: null, tenant: null, address: null },
  store: { postgresUrl: 'postgres://unused' },
  clock: systemClock,
  log: silentLog,
})

/** @param changes to what the API is given */
export async function createTestApi(changes: Partial<ApiNeeds> = {}): Promise<TestApi> {
  const database = await createTestDatabase()
  const { db } = database
  const masterKeys = [randomBytes(32)]
  const keyring = createKeyring(masterKeys)
  const portalTokens = createPortalTokens(masterKeys)
  const clock = changes.clock ?? systemClock
  const egress = createEgress({ allow: [], requireHttps: true, userAgent: 'test', clock: systemClock })
  const feed = createFeed({ db, clock, log: silentLog })
  const needs: ApiNeeds = {
    db,
    read: readFromPrimary(db),
    log: silentLog,
    clock,
    access: createAccess({ adminKey: ADMIN_KEY, portalTokens, db, clock, log: silentLog }),
    portalTokens,
    browserSessions: createBrowserSessions(masterKeys),
    limits: UNLIMITED,
    trustedProxies: 0,
    caps: { endpoints: 1_000, apiKeys: 1_000, portalSessions: 1_000, recoveries: 10 },
    publicUrl: undefined,
    basePath: '',
    settings: settingsOf({}),
    appearance: {
      brandName: 'Ringback',
      brandLogo: undefined,
      brandLogoDark: undefined,
      brandColor: undefined,
      theme: 'auto',
    },
    frameAncestors: [],
    queues: () => [],
    idempotency: createIdempotency({ db, keyring }),
    keyring,
    egress,
    events: createAcceptor({
      db,
      ids: newId,
      keyring,
      catalogue: createCatalogue({ db, strict: false, log: silentLog }),
      interests: createInterests({ db }),
      insertDeliveries,
      takeHandedOver: removeHandovers,
      ready() {},
    }),
    deliveries: { retry: (by, tenantId, id) => retryDelivery(db, { by }, tenantId, id) },
    feed,
    workersAtWork: async () => [],
    queueCounts: async () => ({ deliver: { waiting: 0, active: 0, delayed: 0 } }),
    readiness: async () => ({ postgres: { ok: true } }),
    isStopping: () => false,
    ...changes,
  }
  const api = createApi(needs)

  return {
    api,
    needs,
    portalTokens,
    database,
    ask: (request, options) => ask(api, request, options),
    async tenant(id) {
      await upsertTenant(db, id, {})
      const endpointId = newId('endpoint')
      await db.transaction(async (tx) => {
        await bumpConfigVersion(tx, id)
        await insertEndpoint(tx, id, { id: endpointId, url: 'https://example.com/' })
        await insertSubscriptions(tx, id, [
          { id: newId('subscription'), endpointId, eventTypes: ['*'], filter: null },
        ])
      })
      return { endpointId }
    },
    async close() {
      await feed.stop()
      await egress.close()
      await database.drop()
    },
  }
}

/** @param request a method and a path, as in `GET /livez` */
export async function ask(
  api: Api,
  request: string,
  { body, headers = {} }: TestRequest = {},
): Promise<TestAnswer> {
  const [method = '', path = ''] = request.split(' ')
  const response = await api.request(path, {
    method,
    headers: {
      Authorization: `Bearer ${ADMIN_KEY}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: asBody(body) }),
  })
  const text = await textOf(response)
  const isJson = /^application\/(problem\+)?json$/.test(response.headers.get('Content-Type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  }
}

/** Of a stream, which does not end, what comes first. */
export async function textOf(response: Response): Promise<string> {
  if (response.headers.get('Content-Type') !== 'text/event-stream') return response.text()
  const reader = response.body!.getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return Buffer.from(value ?? []).toString()
}

function asBody(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
}
