import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { insertDeliveries, listDeliveries } from '../../src/deliveries/store.ts'
import { createInterests } from '../../src/endpoints/interests.ts'
import { createCatalogue } from '../../src/event-types/catalogue.ts'
import { type Acceptor, createAcceptor } from '../../src/events/accept.ts'
import type { NewDelivery } from '../../src/events/candidate.ts'
import type { EmitRequest } from '../../src/events/event.ts'
import { findEvent, listEvents } from '../../src/events/store.ts'
import { removeHandovers } from '../../src/handovers/store.ts'
import { newId } from '../../src/ids.ts'
import { createKeyring } from '../../src/sealing/keyring.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

const TENANT = 'acme'
let database: TestDatabase
let ready: NewDelivery[]

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  await db.execute(sql`insert into ringback.tenants (id) values (${TENANT}), ('empty')`)
  const endpointId = newId('endpoint')
  await db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${endpointId}, ${TENANT}, 'https://example.com')`,
  )
  await db.execute(
    sql`insert into ringback.subscriptions (id, tenant_id, endpoint_id, event_types) values (${newId('subscription')}, ${TENANT}, ${endpointId}, '{*}')`,
  )
})
afterAll(() => database.drop())
beforeEach(async () => {
  ready = []
  await database.db.execute(
    sql`truncate ringback.events, ringback.deliveries, ringback.external_ids, ringback.idempotency_keys`,
  )
})

/** An acceptor as each API process has its own. */
function acceptorOf(changes: Partial<Parameters<typeof createAcceptor>[0]> = {}): Acceptor {
  const { db } = database
  return createAcceptor({
    db,
    ids: newId,
    keyring: createKeyring([Buffer.alloc(32, 7)]),
    catalogue: createCatalogue({ db, strict: false, log: silentLog }),
    interests: createInterests({ db }),
    insertDeliveries,
    takeHandedOver: removeHandovers,
    ready: (groups) => ready.push(...groups.flat()),
    ...changes,
  })
}

const request = (changes: Partial<EmitRequest> = {}): EmitRequest => ({
  tenantId: TENANT,
  type: 'invoice.paid',
  data: '{"amount":1e400}',
  value: { amount: Number.POSITIVE_INFINITY },
  ...changes,
})

const idempotency = (key: string, content = 'same') => ({
  owner: 'admin',
  key,
  fingerprint: createHash('sha256').update(content).digest(),
})

const allEvents = () => listEvents(database.db, TENANT, { limit: 5_000 })

test('accepted means kept: the event, its exact data and its deliveries stand when the answer comes', async () => {
  const accepted = await acceptorOf().accept(request({ externalId: 'inv-1', metadata: { source: 'test' } }))
  const event = await findEvent(database.db, TENANT, accepted.id)
  expect(event).toMatchObject({ externalId: 'inv-1', metadata: { source: 'test' }, deliveryCount: 1 })
  expect(event!.body!.toString()).toBe(
    `{"type":"invoice.paid","timestamp":"${accepted.createdAt.toISOString()}","data":{"amount":1e400}}`,
  )
  expect(await listDeliveries(database.db, TENANT, { limit: 10 })).toMatchObject([
    { eventId: accepted.id, status: 'pending', attemptCount: 0 },
  ])
  expect(ready).toMatchObject([{ eventId: accepted.id }])
})

test('of events that share a commit each keeps its own data, byte by byte', async () => {
  const acceptor = acceptorOf()
  const data = ['1', '{"name":"Zoë 🦊"}', '""', `"${'ß'.repeat(70_000)}"`, '{"z":1,"a":"\\u0000"}', '[]']
  const accepted = await Promise.all(
    data.map((text) => acceptor.accept(request({ data: text, value: JSON.parse(text) }))),
  )
  const bodies = await Promise.all(
    accepted.map(async ({ id }) => (await findEvent(database.db, TENANT, id))!.body!.toString()),
  )
  expect(bodies).toEqual(
    accepted.map(
      ({ createdAt }, i) =>
        `{"type":"invoice.paid","timestamp":"${createdAt.toISOString()}","data":${data[i]}}`,
    ),
  )
})

test.each([
  ['by itself', {}],
  ['with the claim of an id', { externalId: 'inv-1' }],
])(
  'a commit that fails accepts nothing, stores nothing and rings no alarm: of an event %s',
  async (_, changes) => {
    const acceptor = acceptorOf({
      // Postgres refuses the second delivery when the event and the first have gone in.
      insertDeliveries: (db, deliveries, along) =>
        insertDeliveries(db, [...deliveries, ...deliveries], along),
    })
    await expect(acceptor.accept(request(changes))).rejects.toMatchObject({ cause: { code: '23505' } })
    expect(await allEvents()).toEqual([])
    expect(await listDeliveries(database.db, TENANT, { limit: 10 })).toEqual([])
    expect(ready).toEqual([])
  },
)

test('a thousand equal requests with one key, at two processes at once, make one event and get one answer', async () => {
  const acceptors = [acceptorOf(), acceptorOf()]
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, i) =>
      acceptors[i % 2]!.accept(request({ idempotency: idempotency('k') })),
    ),
  )
  expect(await allEvents()).toHaveLength(1)
  expect(
    new Set(
      answers.map(({ id, createdAt, deliveryCount }) => `${id} ${createdAt.getTime()} ${deliveryCount}`),
    ).size,
  ).toBe(1)
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1)
})

test('a key that comes again with another request is refused, in one group and later, and stores nothing', async () => {
  const acceptor = acceptorOf()
  const together = await Promise.allSettled([
    acceptor.accept(request({ idempotency: idempotency('k', 'one') })),
    acceptor.accept(request({ idempotency: idempotency('k', 'two') })),
  ])
  expect(together.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  await expect(acceptor.accept(request({ idempotency: idempotency('k', 'three') }))).rejects.toMatchObject({
    code: 'idempotency_key_reused',
  })
  expect(await allEvents()).toHaveLength(1)
})

test("a host's own id is unique per tenant: sent again, with or without a key, it gets the first answer", async () => {
  const acceptors = [acceptorOf(), acceptorOf()]
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      acceptors[i % 2]!.accept(
        request({ externalId: 'inv-1', idempotency: i % 3 === 0 ? idempotency(`k${i}`) : undefined }),
      ),
    ),
  )
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
  expect(await allEvents()).toHaveLength(1)

  const [first] = answers
  const again = await acceptors[0]!.accept(request({ externalId: 'inv-1', idempotency: idempotency('k3') }))
  expect(again).toMatchObject({ id: first!.id, deliveryCount: 1, replayed: true })
  const elsewhere = await acceptors[0]!.accept(request({ tenantId: 'empty', externalId: 'inv-1' }))
  expect(elsewhere.id).not.toBe(first!.id)
})

test('each of a group is judged on its own: a missing tenant fails its event alone', async () => {
  const acceptor = acceptorOf()
  const results = await Promise.allSettled([
    acceptor.accept(request()),
    acceptor.accept(request({ tenantId: 'nobody' })),
    acceptor.accept(request({ endpointId: newId('endpoint') })),
    acceptor.accept(request({ tenantId: 'empty' })),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: { code: 'not_found' } })
  expect(results[3]).toMatchObject({ value: { deliveryCount: 0 } })
})

test('groups of two processes that want the same keys and ids in opposite order do not deadlock', async () => {
  const acceptors = [acceptorOf(), acceptorOf()]
  const keys = Array.from({ length: 60 }, (_, i) => `k${i}`)
  for (let round = 0; round < 5; round++) {
    const emit = (acceptor: Acceptor, order: string[]) =>
      order.map((key) =>
        acceptor.accept(
          request({ externalId: `${round}-${key}`, idempotency: idempotency(`${round}-${key}`) }),
        ),
      )
    await Promise.all([...emit(acceptors[0]!, keys), ...emit(acceptors[1]!, keys.toReversed())])
  }
  expect(await allEvents()).toHaveLength(300)
})
