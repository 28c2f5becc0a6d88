/** What an event costs Node on its usual way: no statement is built again that an earlier event has built. */
import { sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { insertDeliveries, loadDue } from '../../src/deliveries/store.ts'
import { conclude } from '../../src/dispatch/conclude.ts'
import { createSettle } from '../../src/dispatch/settle.ts'
import { createInterests } from '../../src/endpoints/interests.ts'
import { createCatalogue } from '../../src/event-types/catalogue.ts'
import { createAcceptor } from '../../src/events/accept.ts'
import type { NewDelivery } from '../../src/events/candidate.ts'
import { removeHandovers } from '../../src/handovers/store.ts'
import { newId } from '../../src/ids.ts'
import { DEFAULT_RETRY_POLICY } from '../../src/retry/policy.ts'
import { createKeyring } from '../../src/sealing/keyring.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { answered } from '../setup/outcome.ts'

const TENANT = 'acme'
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  const endpointId = newId('endpoint')
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${endpointId}, ${TENANT}, 'https://example.com')`,
  )
  await database.db.execute(
    sql`insert into ringback.subscriptions (id, tenant_id, endpoint_id, event_types) values (${newId('subscription')}, ${TENANT}, ${endpointId}, '{*}')`,
  )
})
afterAll(() => database.drop())

test('an event is judged, stored, loaded and settled by statements that the first one has built', async () => {
  const { db } = database
  const ready: NewDelivery[] = []
  const acceptor = createAcceptor({
    db,
    ids: newId,
    keyring: createKeyring([Buffer.alloc(32, 7)]),
    catalogue: createCatalogue({ db, strict: false, log: silentLog }),
    interests: createInterests({ db }),
    insertDeliveries,
    takeHandedOver: removeHandovers,
    ready: (groups) => ready.push(...groups.flat()),
  })
  const settle = createSettle({ db, random: () => 0.5 })

  async function walk(data: string) {
    await acceptor.accept({ tenantId: TENANT, type: 'a', data, value: JSON.parse(data) })
    const { id } = ready.pop()!
    const delivery = (await loadDue(db, [id])).get(id)!
    expect(delivery.content?.body.toString()).toContain(data)
    const outcome = answered(200)
    const request = { url: 'https://example.com', headers: {}, body: Buffer.alloc(0), timeoutMs: 1 }
    const attempted = {
      delivery,
      retry: DEFAULT_RETRY_POLICY,
      wasHeld: false,
      request,
      outcome,
      traceId: null,
    }
    const conclusion = conclude({ ...attempted, id: newId('attempt') }, Date.now(), () => 0.5)
    expect(await settle({ ...conclusion, endpointFailing: false, isProbe: false })).toMatchObject({
      status: 'delivered',
    })
  }

  const build = vi.spyOn(PgDialect.prototype, 'sqlToQuery')
  await walk('{"n":1}')
  expect(build).toHaveBeenCalled()
  build.mockClear()
  await walk('{"n":2}')
  expect(build).not.toHaveBeenCalled()
})
