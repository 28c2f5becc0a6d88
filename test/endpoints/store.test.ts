import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  deleteEndpoint,
  disableEndpoints,
  expireSecretsIn,
  findEndpoint,
  insertEndpoint,
  insertSecret,
  insertSubscriptions,
  listEndpoints,
  liveSecrets,
  loadDestinations,
  loadInterests,
  lockHealth,
  recordFailures,
  recordRecoveries,
  updateEndpoint,
} from '../../src/endpoints/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../src/retry/policy.ts'
import { configVersions, upsertTenant } from '../../src/tenants/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
let tenantId: string
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  tenantId = newId('event')
  await upsertTenant(database.db, tenantId, {})
})

const url = 'https://receiver.example/hook'
const add = (fields: object = {}) =>
  insertEndpoint(database.db, tenantId, { id: newId('endpoint'), url, ...fields })
const addSecret = async (endpointId: Id<'endpoint'>, text: string) => {
  const id = newId('secret')
  await insertSecret(database.db, tenantId, endpointId, { id, sealed: Buffer.from(text) })
  return id
}
const versionOf = async (id: string) => (await configVersions(database.db, [id])).get(id)!

describe('the store of endpoints', () => {
  it("never shows, changes or removes another tenant's endpoint", async () => {
    const { db } = database
    const { id } = await add()
    await upsertTenant(db, 'other', {})
    expect(await findEndpoint(db, 'other', id)).toBeUndefined()
    expect(await updateEndpoint(db, 'other', id, { url: 'https://evil.example/' })).toBeUndefined()
    expect(await deleteEndpoint(db, 'other', id)).toBe(false)
    expect(await listEndpoints(db, 'other', { limit: 10 })).toEqual([])
    expect(await findEndpoint(db, tenantId, id)).toMatchObject({ url })
  })

  it('lists newest first, by status, page by page', async () => {
    const { db } = database
    const [first, second, third] = [await add(), await add(), await add()]
    await updateEndpoint(db, tenantId, second.id, { status: 'disabled' })
    const ids = (rows: { id: string }[]) => rows.map(({ id }) => id)

    expect(ids(await listEndpoints(db, tenantId, { limit: 2 }))).toEqual([third.id, second.id])
    expect(ids(await listEndpoints(db, tenantId, { limit: 2, olderThan: second.id }))).toEqual([first.id])
    expect(ids(await listEndpoints(db, tenantId, { limit: 9, status: 'active' }))).toEqual([
      third.id,
      first.id,
    ])
  })
})

describe('the secrets of an endpoint', () => {
  it('are live until they expire, the newest first', async () => {
    const { id } = await add()
    const [old, current] = [await addSecret(id, 'old'), await addSecret(id, 'current')]
    expect((await liveSecrets(database.db, tenantId, id)).map((secret) => secret.id)).toEqual([current, old])
    await expireSecretsIn(database.db, tenantId, id, 0)
    expect(await liveSecrets(database.db, tenantId, id)).toEqual([])
  })

  it('never live longer than a former end', async () => {
    const { id } = await add()
    await addSecret(id, 'old')
    await expireSecretsIn(database.db, tenantId, id, 60)
    const [first] = await liveSecrets(database.db, tenantId, id)
    await expireSecretsIn(database.db, tenantId, id, 3_600)
    expect(await liveSecrets(database.db, tenantId, id)).toEqual([first])
    expect(first?.expiresAt).toBeInstanceOf(Date)
  })
})

describe('the destinations of deliveries', () => {
  it('come with what their tenant says where they say nothing', async () => {
    const { db } = database
    const own: RetryPolicy = { kind: 'schedule', delaysSeconds: [1, 2], jitter: 0 }
    await upsertTenant(db, tenantId, { retry: DEFAULT_RETRY_POLICY, timeoutMs: 9_000 })
    const [plain, particular] = [
      await add(),
      await add({ retry: own, timeoutMs: 2_000, maxInFlight: 3, ratePerSecond: 4, headers: { 'x-a': 'b' } }),
    ]

    const found = await loadDestinations(db, [plain.id, particular.id, newId('endpoint')])
    const byId = new Map(found.map((destination) => [destination.endpointId, destination]))
    expect(byId.size).toBe(2)
    expect(byId.get(plain.id)).toEqual({
      endpointId: plain.id,
      tenantId,
      url,
      headers: {},
      status: 'active',
      retry: DEFAULT_RETRY_POLICY,
      timeoutMs: 9_000,
      maxInFlight: null,
      ratePerSecond: null,
      failingSince: null,
      failedAttempts: 0,
      circuitOpen: false,
      probeDeliveryId: null,
      resumedAgoMs: null,
      secrets: [],
    })
    expect(byId.get(particular.id)).toMatchObject({
      retry: own,
      timeoutMs: 2_000,
      maxInFlight: 3,
      ratePerSecond: 4,
      headers: { 'x-a': 'b' },
    })
  })

  it('carry the live secrets alone, newest first', async () => {
    const { db } = database
    const { id } = await add()
    await addSecret(id, 'gone')
    await expireSecretsIn(db, tenantId, id, 0)
    const previous = await addSecret(id, 'previous')
    await expireSecretsIn(db, tenantId, id, 60)
    const current = await addSecret(id, 'current')

    const [destination] = await loadDestinations(db, [id])
    expect(destination?.secrets).toEqual([
      { id: current, sealed: Buffer.from('current') },
      { id: previous, sealed: Buffer.from('previous') },
    ])
  })
})

describe('the interests of tenants', () => {
  it('come with the version they stand for, endpoints and subscriptions oldest first', async () => {
    const { db } = database
    const [first, second] = [await add(), await add()]
    await updateEndpoint(db, tenantId, second.id, { status: 'disabled', disabledReason: 'manual' })
    const subscriptions = [
      {
        id: newId('subscription'),
        endpointId: first.id,
        eventTypes: ['invoice.*', 'a'],
        filter: { amount: 1 },
      },
      { id: newId('subscription'), endpointId: first.id, eventTypes: ['*'], filter: null },
    ]
    await insertSubscriptions(db, tenantId, subscriptions)
    await upsertTenant(db, 'empty', {})

    const loaded = await loadInterests(db, [tenantId, 'empty', 'nobody'])
    expect(loaded.find((interests) => interests.tenantId === 'empty')?.interests).toEqual([])
    expect(loaded).toHaveLength(2)
    expect(loaded.find((interests) => interests.tenantId === tenantId)).toEqual({
      tenantId,
      configVersion: await versionOf(tenantId),
      interests: [
        {
          endpointId: first.id,
          status: 'active',
          disabledReason: null,
          createdAt: first.createdAt,
          subscriptions: subscriptions.map(({ id, eventTypes, filter }) => ({ id, eventTypes, filter })),
        },
        {
          endpointId: second.id,
          status: 'disabled',
          disabledReason: 'manual',
          createdAt: second.createdAt,
          subscriptions: [],
        },
      ],
    })
  })
})

describe('the health of endpoints', () => {
  const at = new Date('2026-03-01T12:00:00.000Z')
  const earlier = new Date('2026-02-28T12:00:00.000Z')

  it('follows a streak, and the one that begins after a success', async () => {
    const { db } = database
    const { id } = await add()
    const ref = { tenantId, endpointId: id }
    await recordFailures(db, [
      { ...ref, failingSince: earlier, failedAttempts: 5, status: 'failing', circuit: null },
    ])
    expect(await findEndpoint(db, tenantId, id)).toMatchObject({ status: 'failing', failedAttempts: 5 })
    await recordFailures(db, [
      { ...ref, failingSince: at, failedAttempts: 1, status: 'active', circuit: null },
    ])
    expect(await findEndpoint(db, tenantId, id)).toMatchObject({
      status: 'active',
      failingSince: at,
      failedAttempts: 1,
    })
  })

  it('is counted by one transaction after the other', async () => {
    const { db } = database
    const all = await Promise.all(Array.from({ length: 5 }, () => add()))
    const ids = all.map(({ id }) => id)
    const countOneMore = (order: Id<'endpoint'>[]) =>
      db.transaction(async (tx) => {
        const health = await lockHealth(tx, order)
        const failures = health.map((row) => ({ ...row, failedAttempts: row.failedAttempts + 1 }))
        await recordFailures(
          tx,
          failures.map((row) => ({ ...row, failingSince: at, status: 'active' as const })),
        )
      })
    await Promise.all(Array.from({ length: 8 }, (_, i) => countOneMore(i % 2 ? ids : ids.toReversed())))
    expect(await lockHealth(db, ids)).toMatchObject(
      ids.map((endpointId) => ({ tenantId, endpointId, failingSince: at, failedAttempts: 8, circuit: null })),
    )
  })

  it('is well again after a success', async () => {
    const { db } = database
    const { id } = await add({ failingSince: at, failedAttempts: 7 })
    await updateEndpoint(db, tenantId, id, { status: 'failing' })
    await recordRecoveries(db, [{ tenantId, endpointId: id }])
    expect(await findEndpoint(db, tenantId, id)).toMatchObject({
      status: 'active',
      failingSince: null,
      failedAttempts: 0,
    })
  })

  it('leaves a disabled endpoint disabled, whatever comes in late', async () => {
    const { db } = database
    const { id } = await add()
    await updateEndpoint(db, tenantId, id, { status: 'disabled', disabledReason: 'manual' })
    await recordFailures(db, [
      { tenantId, endpointId: id, failingSince: at, failedAttempts: 9, status: 'failing', circuit: null },
    ])
    expect(await findEndpoint(db, tenantId, id)).toMatchObject({ status: 'disabled' })
    await recordRecoveries(db, [{ tenantId, endpointId: id }])
    expect(await findEndpoint(db, tenantId, id)).toMatchObject({
      status: 'disabled',
      disabledReason: 'manual',
    })
  })

  it("is nobody's to change under another tenant's name", async () => {
    const { db } = database
    const { id } = await add()
    const other = { tenantId: 'other', endpointId: id }
    await upsertTenant(db, 'other', {})
    await recordFailures(db, [
      { ...other, failingSince: at, failedAttempts: 9, status: 'failing', circuit: null },
    ])
    expect(await disableEndpoints(db, [{ ...other, reason: 'gone', at }])).toEqual([])
    expect(await findEndpoint(db, tenantId, id)).toMatchObject({ status: 'active', failedAttempts: 0 })
  })

  it('switches endpoints of many tenants off at once, and makes their caches stale once', async () => {
    const { db } = database
    await upsertTenant(db, 'bystander', {})
    const [gone, failing, off] = [await add(), await add(), await add()]
    await updateEndpoint(db, tenantId, off.id, {
      status: 'disabled',
      disabledReason: 'manual',
      disabledAt: earlier,
    })
    const before = [await versionOf(tenantId), await versionOf('bystander')]

    const disabled = await disableEndpoints(db, [
      { tenantId, endpointId: gone.id, reason: 'gone', at },
      { tenantId, endpointId: failing.id, reason: 'failing', at },
      { tenantId, endpointId: off.id, reason: 'gone', at },
    ])

    expect(disabled.map(({ endpointId }) => endpointId).toSorted()).toEqual([gone.id, failing.id])
    expect(await findEndpoint(db, tenantId, gone.id)).toMatchObject({
      disabledReason: 'gone',
      disabledAt: at,
    })
    expect(await findEndpoint(db, tenantId, off.id)).toMatchObject({
      disabledReason: 'manual',
      disabledAt: earlier,
    })
    expect([await versionOf(tenantId), await versionOf('bystander')]).toEqual([before[0]! + 1, before[1]])
  })

  it('survives many processes that disable the same endpoints in any order', async () => {
    const { db } = database
    const all = await Promise.all(Array.from({ length: 10 }, () => add()))
    const rows = all.map(({ id }) => ({ tenantId, endpointId: id, reason: 'gone' as const, at }))
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => disableEndpoints(db, i % 2 ? rows : rows.toReversed())),
    )
    expect(results.flat()).toHaveLength(10)
  })
})
