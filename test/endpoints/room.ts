/** The room with real parts around it: a database of its own, deliveries, a keyring, the rules for callbacks. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { SYSTEM } from '../../src/audit/entry.ts'
import type { Db } from '../../src/db/open.ts'
import type { DeliveryStatus } from '../../src/deliveries/delivery.ts'
import * as deliveries from '../../src/deliveries/store.ts'
import { createEgress } from '../../src/egress/index.ts'
import { type Registration, registerEndpoint } from '../../src/endpoints/register.ts'
import { type Id, newId } from '../../src/ids.ts'
import { switchNotices } from '../../src/notices/switches.ts'
import { createKeyring } from '../../src/sealing/keyring.ts'
import { configVersions, upsertTenant } from '../../src/tenants/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

const egress = createEgress({ allow: [], requireHttps: true })

/** What the verbs need, bound to nothing but the database they are given. */
export const needs = {
  by: SYSTEM,
  ids: newId,
  keyring: createKeyring([randomBytes(32)]),
  egress,
  most: 1_000,
  deliveries,
  notices: switchNotices,
}

/** Sets a room up for a test file, with a fresh tenant for each test. */
export function openRoom() {
  let database: TestDatabase
  let tenantId: string

  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(async () => {
    egress.close()
    await database.drop()
  })
  beforeEach(async () => {
    tenantId = newId('event')
    await upsertTenant(database.db, tenantId, {})
  })

  return {
    get db(): Db {
      return database.db
    },
    get tenantId() {
      return tenantId
    },
    /** Runs a verb in a transaction, as its door does. */
    run: <T>(work: (tx: Db) => Promise<T>): Promise<T> => database.db.transaction(work),
    register: (registration: Partial<Registration> = {}) =>
      database.db.transaction((tx) =>
        registerEndpoint(tx, needs, tenantId, { url: 'https://receiver.example/hook', ...registration }),
      ),
    version: async () => (await configVersions(database.db, [tenantId])).get(tenantId)!,
    /** Stores a delivery that waits for the endpoint; gives a look at it. */
    async waiting(endpointId: Id<'endpoint'>) {
      const id = newId('delivery')
      const row = { id, tenantId, eventId: newId('event'), eventType: 'a', endpointId }
      await deliveries.insertDeliveries(database.db, [
        { ...row, endpointStatus: 'active', trigger: 'automatic' },
      ])
      return async (): Promise<{
        status: DeliveryStatus
        waitingFor: string | null
        reason: string | null
      }> => {
        const found = await deliveries.findDelivery(database.db, tenantId, id)
        const { status, waitingFor, reason } = found!
        return { status, waitingFor, reason }
      }
    },
  }
}

/** For `rejects.toMatchObject`. */
export const refusedAs = (code: string, ...paths: string[]) => ({
  kind: 'refused',
  code,
  ...(paths.length > 0 && { faults: paths.map((path) => ({ path })) }),
})
