import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { cancelOrphans, findDelivery, insertDeliveries } from '../../src/deliveries/store.ts'
import { createDestinations } from '../../src/dispatch/destinations.ts'
import { createEgress } from '../../src/egress/index.ts'
import { insertSecret } from '../../src/endpoints/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createKeyring, type Keyring } from '../../src/sealing/keyring.ts'
import { newSecret } from '../../src/signing/secret.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

const TENANT = 'acme'
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into ringback.tenants (id) values (${TENANT})`)
})
afterAll(() => database.drop())

async function endpoint(keyring: Keyring): Promise<Id<'endpoint'>> {
  const { db } = database
  const [id, secretId] = [newId('endpoint'), newId('secret')]
  await db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${id}, ${TENANT}, 'https://example.com')`,
  )
  await insertSecret(db, TENANT, id, { id: secretId, sealed: keyring.seal(newSecret(), secretId) })
  return id
}

async function insert(endpointId: Id<'endpoint'>): Promise<Id<'delivery'>> {
  const id = newId('delivery')
  const made = { id, tenantId: TENANT, eventId: newId('event'), eventType: 'a', endpointId } as const
  await insertDeliveries(database.db, [{ ...made, endpointStatus: 'active', trigger: 'automatic' }])
  return id
}

test('an endpoint whose secret no key opens keeps no other from its callbacks, and what is for it waits', async () => {
  const { db } = database
  const keyring = createKeyring([randomBytes(32)])
  const [shut, good] = [await endpoint(createKeyring([randomBytes(32)])), await endpoint(keyring)]
  const egress = createEgress({ allow: [], requireHttps: true })
  const destinations = createDestinations({ db, keyring, clock: systemClock, egress, log: silentLog })
  // Again, by what is kept.
  for (let i = 0; i < 2; i++) {
    const loaded = await destinations.load([shut, good])
    expect([...loaded.keys()]).toEqual([good])
  }
  const waiting = await insert(shut)
  await cancelOrphans(db, [waiting])
  expect(await findDelivery(db, TENANT, waiting)).toMatchObject({ status: 'pending', attemptCount: 0 })
  await egress.close()
})
