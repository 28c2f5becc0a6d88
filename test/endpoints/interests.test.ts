import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createInterests } from '../../src/endpoints/interests.ts'
import { explain } from '../../src/endpoints/matching.ts'
import {
  deleteEndpoint,
  insertEndpoint,
  insertSubscriptions,
  loadInterests,
  updateEndpoint,
} from '../../src/endpoints/store.ts'
import { EVENT_STEPS, FILTER_STEPS } from '../../src/filter/budget.ts'
import { type Id, newId } from '../../src/ids.ts'
import { bumpConfigVersion, deleteTenant, upsertTenant } from '../../src/tenants/store.ts'
import { inTurns } from '../../src/turns.ts'
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

/** An endpoint of the tenant that wants this, committed as a change to its configuration. */
async function register(...wanted: { eventTypes: string[]; filter?: unknown }[]): Promise<Id<'endpoint'>> {
  return database.db.transaction(async (tx) => {
    await bumpConfigVersion(tx, tenantId)
    const { id } = await insertEndpoint(tx, tenantId, {
      id: newId('endpoint'),
      url: 'https://receiver.example/',
    })
    const rows = wanted.map(({ eventTypes, filter = null }) => ({
      id: newId('subscription'),
      endpointId: id,
      eventTypes,
      filter,
    }))
    await insertSubscriptions(tx, tenantId, rows)
    return id
  })
}

/** The endpoints that one event of the tenant is for. */
async function wantedBy(interests: ReturnType<typeof createInterests>, type: string, value: unknown = {}) {
  const [match] = await interests.match([{ tenantId, type, value }])
  return match?.endpoints.map(({ endpointId }) => endpointId)
}

describe('interests', () => {
  it('give the endpoints whose patterns name the type, oldest first', async () => {
    const interests = createInterests(database)
    const all = await register({ eventTypes: ['*'] })
    const below = await register({ eventTypes: ['user.created', 'invoice.*'] })
    const exact = await register({ eventTypes: ['invoice.paid'] })
    await register()

    expect(await wantedBy(interests, 'invoice.paid')).toEqual([all, below, exact])
    expect(await wantedBy(interests, 'invoice.line.added')).toEqual([all, below])
    expect(await wantedBy(interests, 'invoice')).toEqual([all])
  })

  it('give an endpoint once, however many of its subscriptions match', async () => {
    const interests = createInterests(database)
    const id = await register(
      { eventTypes: ['*', 'a'] },
      { eventTypes: ['a'] },
      { eventTypes: ['a'], filter: { n: 1 } },
    )
    expect(await wantedBy(interests, 'a', { n: 1 })).toEqual([id])
  })

  it('let a filter decide by the data, unless another subscription takes it', async () => {
    const interests = createInterests(database)
    const large = await register({ eventTypes: ['*'], filter: { amount: { $gte: 1000 } } })
    const either = await register(
      { eventTypes: ['*'], filter: { amount: { $gte: 1000 } } },
      { eventTypes: ['*'], filter: { country: 'DE' } },
    )
    expect(await wantedBy(interests, 'a', { amount: 1000 })).toEqual([large, either])
    expect(await wantedBy(interests, 'a', { amount: 1, country: 'DE' })).toEqual([either])
    expect(await wantedBy(interests, 'a', null)).toEqual([])
  })

  it('know a change as soon as it is committed, in every process', async () => {
    const processes = [createInterests(database), createInterests(database)]
    const seen = () => Promise.all(processes.map((interests) => wantedBy(interests, 'a')))
    const first = await register({ eventTypes: ['*'] })
    expect(await seen()).toEqual([[first], [first]])

    const second = await register({ eventTypes: ['a'] })
    expect(await seen()).toEqual([
      [first, second],
      [first, second],
    ])

    await database.db.transaction(async (tx) => {
      await bumpConfigVersion(tx, tenantId)
      await deleteEndpoint(tx, tenantId, first)
    })
    expect(await seen()).toEqual([[second], [second]])
  })

  it('tell the status of an endpoint, so that what comes for a disabled one can be held', async () => {
    const interests = createInterests(database)
    const id = await register({ eventTypes: ['*'] })
    await updateEndpoint(database.db, tenantId, id, { status: 'disabled', disabledReason: 'manual' })
    const [match] = await interests.match([{ tenantId, type: 'a', value: {} }])
    expect(match).toEqual({ endpoints: [{ endpointId: id, status: 'disabled' }] })
  })

  it('answer many requests of many tenants in their order, and null for a tenant that does not exist', async () => {
    const interests = createInterests(database)
    const id = await register({ eventTypes: ['a'] })
    await upsertTenant(database.db, 'empty', {})
    const request = { tenantId, type: 'a', value: {} }
    expect(
      await interests.match([
        request,
        { ...request, tenantId: 'nobody' },
        { ...request, tenantId: 'empty' },
        request,
      ]),
    ).toEqual([
      { endpoints: [{ endpointId: id, status: 'active' }] },
      null,
      { endpoints: [] },
      { endpoints: [{ endpointId: id, status: 'active' }] },
    ])
  })

  it('give the endpoint that is asked for, whatever it subscribes to, and none of another tenant', async () => {
    const interests = createInterests(database)
    const endpointId = await register()
    await upsertTenant(database.db, 'stranger', {})
    const request = { tenantId, type: 'a', value: {}, endpointId }
    expect(await interests.match([request, { ...request, tenantId: 'stranger' }])).toEqual([
      { endpoints: [{ endpointId, status: 'active' }] },
      { endpoints: [] },
    ])
  })

  it('do not take a tenant that came back under its id for the one before', async () => {
    const interests = createInterests(database)
    await register({ eventTypes: ['*'] })
    expect(await wantedBy(interests, 'a')).toHaveLength(1)
    await deleteTenant(database.db, tenantId)
    expect(await interests.match([{ tenantId, type: 'a', value: {} }])).toEqual([null])

    await upsertTenant(database.db, tenantId, {})
    const id = await register({ eventTypes: ['*'] })
    expect(await wantedBy(interests, 'a')).toEqual([id])
  })

  it('stay right when they keep next to nothing', async () => {
    const interests = createInterests({ db: database.db, capacity: 1 })
    const id = await register({ eventTypes: ['*'] })
    await upsertTenant(database.db, 'beside', {})
    for (let i = 0; i < 3; i++) {
      expect(await wantedBy(interests, 'a')).toEqual([id])
      expect(await interests.match([{ tenantId: 'beside', type: 'a', value: {} }])).toEqual([
        { endpoints: [] },
      ])
    }
  })

  it('stay right over more types than they remember', async () => {
    const interests = createInterests(database)
    const id = await register({ eventTypes: ['t7', 't600'] })
    const requests = Array.from({ length: 700 }, (_, i) => ({ tenantId, type: `t${i}`, value: {} }))
    const matches = await interests.match([...requests, ...requests])
    const wanted = matches.flatMap((match, i) => (match?.endpoints.length ? [i] : []))
    expect(wanted).toEqual([7, 600, 707, 1300])
    expect(matches[600]?.endpoints[0]?.endpointId).toBe(id)
  })

  it('keep everything out where a stored filter can no longer be read, and nobody else', async () => {
    const interests = createInterests(database)
    await register({ eventTypes: ['*'], filter: { $fromTheFuture: 1 } })
    const beside = await register({ eventTypes: ['*'] })
    expect(await wantedBy(interests, 'a')).toEqual([beside])
  })
})

describe('filters that cost too much on an event', () => {
  /** Takes all that a filter may cost, on an event that the API would take. */
  const costly = { $and: Array.from({ length: 100 }, (_, i) => ({ a: { $ne: -i } })) }
  const value = { a: Array(60_000).fill(1), n: 1 }
  const wants = (filter: unknown) => ({ eventTypes: ['a'], filter })
  const explained = async () => {
    const [loaded] = await loadInterests(database.db, [tenantId])
    return inTurns(explain(loaded!, 'a', value))
  }

  it('do not match, keep nobody else from the event, and are named as the reason', async () => {
    const interests = createInterests(database)
    const dear = await register(wants({ n: 2 }), wants(costly), wants({ n: 3 }))
    const cheap = await register(wants({ n: 1 }))
    const either = await register(wants(costly), wants({ n: 1 }))
    const all = await register(wants(costly), wants(null))
    expect(await wantedBy(interests, 'a', value)).toEqual([cheap, either, all])
    expect(await explained()).toEqual([{ endpointId: dear, reason: 'filter_too_costly' }])
    expect(await wantedBy(interests, 'a', { a: [1] })).toEqual([dear, either, all])
  })

  it('are ten to an event; then those that are left do not match either, save what asks nothing', async () => {
    const interests = createInterests(database)
    const early = await register(wants({ n: 1 }))
    const dear = await register(...Array(EVENT_STEPS / FILTER_STEPS).fill(wants(costly)))
    const late = await register(wants({ n: 1 }))
    const unfiltered = await register(wants(null))
    expect(await wantedBy(interests, 'a', value)).toEqual([early, unfiltered])
    expect(await explained()).toEqual([
      { endpointId: dear, reason: 'filter_too_costly' },
      { endpointId: late, reason: 'filter_too_costly' },
    ])
  })

  it('take from the budget of their own event alone', async () => {
    const interests = createInterests(database)
    await register(...Array(20).fill(wants(costly)))
    const late = await register(wants({ n: 1 }))
    const request = { tenantId, type: 'a', value: { n: 1 } }
    const matches = await interests.match([{ ...request, value }, request])
    expect(matches.map((match) => match?.endpoints.map(({ endpointId }) => endpointId))).toEqual([
      [],
      [expect.anything(), late],
    ])
  })

  it('let other tenants be matched while they are asked', async () => {
    const interests = createInterests(database)
    await register(...Array(20).fill(wants(costly)))
    await upsertTenant(database.db, 'quick', {})
    const answered: string[] = []
    await Promise.all([
      interests.match(Array(20).fill({ tenantId, type: 'a', value })).then(() => answered.push('costly')),
      interests.match([{ tenantId: 'quick', type: 'a', value }]).then(() => answered.push('quick')),
    ])
    expect(answered).toEqual(['quick', 'costly'])
  })
})

describe('explaining', () => {
  it('says for every endpoint that does not match the first reason', async () => {
    const nothing = await register()
    const otherType = await register({ eventTypes: ['b', 'a.*'] })
    const otherData = await register({ eventTypes: ['b'] }, { eventTypes: ['a'], filter: { n: 2 } })
    await register({ eventTypes: ['a'], filter: { n: 2 } }, { eventTypes: ['*'], filter: { n: 1 } })

    const [loaded] = await loadInterests(database.db, [tenantId])
    expect(await inTurns(explain(loaded!, 'a', { n: 1 }))).toEqual([
      { endpointId: nothing, reason: 'no_subscription' },
      { endpointId: otherType, reason: 'event_type' },
      { endpointId: otherData, reason: 'filter' },
    ])
  })
})
