import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertDeliveries } from '../../src/deliveries/store.ts'
import { createInterests } from '../../src/endpoints/interests.ts'
import { createCatalogue } from '../../src/event-types/catalogue.ts'
import { type Acceptor, createAcceptor } from '../../src/events/accept.ts'
import { findEvent, listEvents } from '../../src/events/store.ts'
import { removeHandovers } from '../../src/handovers/store.ts'
import { newId } from '../../src/ids.ts'
import {
  deliveryFailed,
  deliveryRecovered,
  endpointDisabled,
  endpointEnabled,
  endpointFailing,
  type Notice,
  recoveryFinished,
} from '../../src/notices/notice.ts'
import { NOTICES_AT_ONCE, publishNotices } from '../../src/notices/publish.ts'
import { giveNotices } from '../../src/notices/store.ts'
import { createKeyring } from '../../src/sealing/keyring.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { ensureOperatorTenant } from '../../src/tenants/store.ts'
import { OPERATOR_TENANT } from '../../src/tenants/tenant.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
let acceptor: Acceptor
beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  await ensureOperatorTenant(db)
  acceptor = createAcceptor({
    db,
    ids: newId,
    keyring: createKeyring([randomBytes(32)]),
    catalogue: createCatalogue({ db, strict: true, log: silentLog }),
    interests: createInterests({ db }),
    insertDeliveries,
    takeHandedOver: removeHandovers,
    ready() {},
  })
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.execute(sql`truncate ringback.events, ringback.external_ids, ringback.notices`)
})

const give = (...notices: Notice[]) => giveNotices(database.db, notices)
const publish = (accept: Acceptor['accept'] = acceptor.accept) => publishNotices({ db: database.db, accept })

/** The operator's events as they are sent, the oldest first. */
async function told(): Promise<{ type: string; timestamp: string; data: Record<string, unknown> }[]> {
  const listed = await listEvents(database.db, OPERATOR_TENANT, { limit: 1_000 })
  const events = await Promise.all(listed.map(({ id }) => findEvent(database.db, OPERATOR_TENANT, id)))
  return events.toReversed().map((event) => JSON.parse(event!.body!.toString()))
}

const tenantId = 'acme'
const endpointId = newId('endpoint')
const enabledOf = (tenantId: string) => endpointEnabled({ tenantId, endpointId })

describe('a notice', () => {
  it("becomes an event of the operator's tenant that says whom it is about, what and when", async () => {
    const delivery = { deliveryId: newId('delivery'), eventId: newId('event'), endpointId, attempts: 10 }
    const recovery = { recoveryId: newId('recovery'), matched: 3, done: 3, failed: 1 }
    const failingSince = new Date('2027-03-01T12:00:00.000Z')
    await give(
      endpointFailing({ tenantId, endpointId, failingSince, failedAttempts: 5 }),
      endpointDisabled({ tenantId, endpointId, reason: 'gone' }),
      endpointEnabled({ tenantId, endpointId }),
      deliveryFailed({ tenantId, ...delivery, reason: 'attempts_exhausted' }),
      deliveryRecovered({ tenantId, ...delivery }),
      recoveryFinished({ tenantId, ...recovery }),
    )
    expect(await publish()).toBe(6)

    const events = await told()
    expect(events.map(({ type, data: { at: _, ...data } }) => ({ type, data }))).toEqual([
      {
        type: 'endpoint.failing',
        data: { tenantId, endpointId, failingSince: '2027-03-01T12:00:00.000Z', failedAttempts: 5 },
      },
      { type: 'endpoint.disabled', data: { tenantId, endpointId, reason: 'gone' } },
      { type: 'endpoint.enabled', data: { tenantId, endpointId } },
      { type: 'delivery.failed', data: { tenantId, ...delivery, reason: 'attempts_exhausted' } },
      { type: 'delivery.recovered', data: { tenantId, ...delivery } },
      { type: 'recovery.finished', data: { tenantId, ...recovery } },
    ])
    for (const { timestamp, data } of events) expect(data.at).toBe(timestamp)
  })

  it('is not given when what it tells of is undone', async () => {
    const undone = database.db.transaction(async (tx) => {
      await giveNotices(tx, [enabledOf(tenantId)])
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await publish()).toBe(0)
  })

  it("is never given of the operator's own endpoints and deliveries", async () => {
    await give(enabledOf(OPERATOR_TENANT))
    expect(await publish()).toBe(0)
    await give(enabledOf(OPERATOR_TENANT), enabledOf(tenantId))
    await publish()
    expect((await told()).map(({ data }) => data.tenantId)).toEqual([tenantId])
  })
})

describe('publishing', () => {
  it('makes one event of each notice, also when it dies between accepting and taking away', async () => {
    await give(enabledOf('one'), enabledOf('two'))
    const dying = publish(async (request) => {
      await acceptor.accept(request)
      throw new Error('killed')
    })
    await expect(dying).rejects.toThrow('killed')
    await acceptor.idle()
    expect(await told()).toHaveLength(2)

    expect(await publish()).toBe(2)
    expect((await told()).map(({ data }) => data.tenantId)).toEqual(['one', 'two'])
    expect(await publish()).toBe(0)
  })

  it('keeps a notice that could not be accepted, for the next turn', async () => {
    await give(enabledOf(tenantId))
    const refusing = publish(() => Promise.reject(new Error('no room on the disk')))
    await expect(refusing).rejects.toThrow('no room on the disk')
    expect(await told()).toEqual([])
    await publish()
    expect(await told()).toHaveLength(1)
  })

  it('takes a page at a time, the oldest first', async () => {
    const names = Array.from({ length: NOTICES_AT_ONCE + 20 }, (_, i) => `tenant-${i}`)
    await give(...names.map(enabledOf))
    expect([await publish(), await publish(), await publish()]).toEqual([NOTICES_AT_ONCE, 20, 0])
    expect((await told()).map(({ data }) => data.tenantId)).toEqual(names)
  })

  it('makes one event of each notice when several publish at once', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `tenant-${i}`)
    await give(...names.map(enabledOf))
    const counts = await Promise.all([publish(), publish(), publish()])
    expect(counts.reduce((sum, count) => sum + count)).toBe(names.length)
    expect((await told()).map(({ data }) => data.tenantId).sort()).toEqual(names.sort())
  })
})
