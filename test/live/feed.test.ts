import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { insertAttempts } from '../../src/attempts/store.ts'
import { systemClock } from '../../src/clock.ts'
import { cancel, insertDeliveries, settleDeliveries } from '../../src/deliveries/store.ts'
import { MINUTE } from '../../src/duration.ts'
import { firstIdAt, type Id, newId } from '../../src/ids.ts'
import { type Change, cursorOf, positionOf, type Wanted } from '../../src/live/change.ts'
import { createFeed, type Feed, STREAMS_PER_TENANT } from '../../src/live/feed.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { OPERATOR_TENANT } from '../../src/tenants/tenant.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { until } from '../setup/until.ts'

let database: TestDatabase
let tenant = ''
const feeds: Feed[] = []
beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(() => {
  tenant = `t-${newId('event')}`
})
afterAll(async () => {
  for (const feed of feeds) await feed.stop()
  await database.drop()
})

/** As another process has it. */
function newFeed(clock = systemClock): Feed {
  const feed = createFeed({ db: database.db, clock, log: silentLog })
  feeds.push(feed)
  return feed
}

/** Accepts deliveries, as the acceptor writes them. */
async function accept(
  count = 1,
  of: { tenantId?: string; endpointId?: Id<'endpoint'>; id?: Id<'delivery'> } = {},
) {
  const rows = Array.from({ length: count }, () => ({
    id: newId('delivery'),
    tenantId: tenant,
    eventId: newId('event'),
    eventType: 'a',
    endpointId: newId('endpoint'),
    endpointStatus: 'active' as const,
    trigger: 'automatic' as const,
    ...of,
  }))
  await insertDeliveries(database.db, rows)
  return rows
}

/** Settles a delivery's first attempt, which began a while ago. */
async function settle(
  delivery: { id: Id<'delivery'>; tenantId: string; endpointId: Id<'endpoint'> },
  agoMs = 0,
) {
  await database.db.transaction(async (tx) => {
    await settleDeliveries(tx, [
      { id: delivery.id, number: 1, status: 'delivered', answer: '2xx', dueInMs: null, reason: null },
    ])
    await insertAttempts(tx, [
      {
        id: agoMs === 0 ? newId('attempt') : firstIdAt('attempt', Date.now() - agoMs),
        tenantId: delivery.tenantId,
        deliveryId: delivery.id,
        endpointId: delivery.endpointId,
        number: 1,
        trigger: 'automatic',
        durationMs: 5,
        succeeded: true,
        error: null,
        detail: null,
        requestUrl: 'https://receiver.example/',
        requestHeaders: {},
        responseStatus: 200,
        responseHeaders: {},
        responseBody: null,
        responseTruncated: false,
        timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 5 },
        remoteAddress: null,
      },
    ])
  })
}

/** Watches, and keeps what it is told. */
async function watch(feed: Feed, wanted: Partial<Wanted> = {}, cursor?: string) {
  const told: (Change & { cursor: string })[] = []
  const cursors: string[] = []
  const record = { told, cursors, missed: 0, dropped: '', leave: () => {} }
  record.leave = await feed.watch(
    { tenantId: tenant, ...wanted },
    {
      change: (change, at) => told.push({ ...change, cursor: at }),
      seen: (at) => cursors.push(at),
      missed: () => record.missed++,
      hasRoom: () => true,
      drop(why) {
        record.dropped = why
      },
    },
    cursor === undefined ? undefined : positionOf(cursor)!,
  )
  return record
}

const tellsOf = ({ told }: { told: Change[] }) =>
  told.map(({ delivery, lastAttempt }) => [delivery.id, delivery.status, lastAttempt?.number ?? 0])

const isTold = (record: { told: Change[] }, count: number) =>
  until(
    () => tellsOf(record),
    (tells) => tells.length >= count,
    `${count} changes to be told`,
  )

/** Until the feed has looked once more, from beginning to end. */
async function looks({ cursors }: { cursors: string[] }, times = 2) {
  const before = cursors.length
  await until(
    () => cursors.length,
    (length) => length >= before + times,
    'more looks',
  )
}

describe('who watches', () => {
  it('is told of each delivery when it is new, and when it was settled, with its last attempt', async () => {
    const record = await watch(newFeed())
    const [delivery] = await accept()
    await isTold(record, 1)
    await settle(delivery!)
    expect(await isTold(record, 2)).toEqual([
      [delivery!.id, 'pending', 0],
      [delivery!.id, 'delivered', 1],
    ])
  })

  it('is told of what a person did: a cancel makes no attempt', async () => {
    const record = await watch(newFeed())
    const [delivery] = await accept()
    await isTold(record, 1)
    await cancel(database.db, tenant, delivery!.id)
    expect((await isTold(record, 2))[1]).toEqual([delivery!.id, 'canceled', 0])
  })

  it('is told nothing twice, and nothing from before', async () => {
    await accept()
    const feed = newFeed()
    const first = await watch(feed)
    await accept(3)
    await isTold(first, 3)
    await looks(first, 3)
    expect(first.told).toHaveLength(3)
  })

  it('is told of its tenant alone', async () => {
    const feed = newFeed()
    const [mine, others] = [await watch(feed), await watch(feed, { tenantId: 'another' })]
    const [delivery] = await accept()
    await isTold(mine, 1)
    await accept(1, { tenantId: 'another' })
    await isTold(others, 1)
    await looks(mine)
    expect(mine.told.map((change) => change.delivery.tenantId)).toEqual([tenant])
    expect(others.told.map((change) => change.delivery.tenantId)).toEqual(['another'])
    expect(mine.told[0]!.delivery.id).toBe(delivery!.id)
  })

  it('of all tenants is told of all but the operator’s own', async () => {
    const record = await watch(newFeed(), { tenantId: null })
    await accept(1, { tenantId: OPERATOR_TENANT })
    await accept()
    await isTold(record, 1)
    await looks(record)
    const tenants = record.told.map((change) => change.delivery.tenantId)
    expect(tenants).toContain(tenant)
    expect(tenants).not.toContain(OPERATOR_TENANT)
  })

  it('is told what it asked for alone', async () => {
    const feed = newFeed()
    const endpointId = newId('endpoint')
    const byStatus = await watch(feed, { status: 'delivered' })
    const byEndpoint = await watch(feed, { endpointId })
    const byType = await watch(feed, { eventType: 'other' })
    const [delivery] = await accept()
    await accept(1, { endpointId })
    await settle(delivery!)
    await isTold(byStatus, 1)
    await isTold(byEndpoint, 1)
    await looks(byType)
    expect(tellsOf(byStatus)).toEqual([[delivery!.id, 'delivered', 1]])
    expect(byEndpoint.told).toHaveLength(1)
    expect(byType.told).toEqual([])
  })

  it('is told of what was committed late, long after its id was made', async () => {
    const record = await watch(newFeed())
    const id = firstIdAt('delivery', Date.now() - 40_000)
    const client = await database.pool.connect()
    await client.query('begin')
    await client.query(
      `insert into ringback.deliveries (id, tenant_id, event_id, event_type, endpoint_id, status, trigger)
       values ($1, $2, $3, 'a', $4, 'pending', 'automatic')`,
      [id, tenant, newId('event'), newId('endpoint')],
    )
    await accept()
    await isTold(record, 1)
    await looks(record)
    expect(record.told).toHaveLength(1)
    await client.query('commit')
    client.release()
    await isTold(record, 2)
    expect(record.told[1]!.delivery.id).toBe(id)
  })

  it('is told of an attempt that took long, for a delivery made long before', async () => {
    const [delivery] = await accept(1, { id: firstIdAt('delivery', Date.now() - 60 * MINUTE) })
    const record = await watch(newFeed())
    await settle(delivery!, 35_000)
    expect(await isTold(record, 1)).toEqual([[delivery!.id, 'delivered', 1]])
  })

  it('is told of what happened while Postgres was away', async () => {
    const record = await watch(newFeed())
    for (let i = 0; i < 5; i++) {
      await database.pool
        .query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        )
        .catch(() => {})
      await until(() => accept().then(Boolean, () => false), Boolean, 'Postgres to be back')
    }
    await isTold(record, 5)
  })
})

describe('who comes back', () => {
  it('is told, in another process, what happened meanwhile', async () => {
    const first = await watch(newFeed())
    await looks(first)
    first.leave()
    const rows = await accept(3)
    const second = await watch(newFeed(), {}, first.cursors.at(-1))
    // Before the process that it comes to has looked for anybody.
    expect(second.told.map((change) => change.delivery.id)).toEqual(rows.map(({ id }) => id))
    await accept()
    await isTold(second, 4)
  })

  it('in the middle of a look is told all of that look again', async () => {
    const first = await watch(newFeed())
    const rows = await accept(5)
    await isTold(first, 5)
    const second = await watch(newFeed(), {}, first.told[2]!.cursor)
    expect(second.told.map((change) => change.delivery.id)).toEqual(rows.map(({ id }) => id))
  })

  it('after a whole look is told none of it again', async () => {
    const first = await watch(newFeed())
    await accept(5)
    await isTold(first, 5)
    await looks(first, 1)
    const second = await watch(newFeed(), {}, first.cursors.at(-1))
    expect(second.told).toEqual([])
  })

  it('after too long is told that something was missed, and goes on from now', async () => {
    const first = await watch(newFeed())
    const { at, snapshot } = positionOf(first.cursors[0]!)!
    await accept()
    const record = await watch(newFeed(), {}, cursorOf({ at: at - 11 * MINUTE, snapshot }))
    expect(record.missed).toBe(1)
    const [delivery] = await accept()
    await isTold(record, 1)
    expect(record.told.at(-1)!.delivery.id).toBe(delivery!.id)
  })
})

it('more than anybody reads in a moment is told as missed, and the newest of it', async () => {
  const record = await watch(newFeed())
  await accept(2_500)
  await isTold(record, 2_000)
  expect(record.missed).toBe(1)
  expect(record.told).toHaveLength(2_000)
})

it('one that does not read is dropped, and the others are told on', async () => {
  const feed = newFeed()
  const good = await watch(feed)
  let dropped = ''
  await feed.watch(
    { tenantId: tenant },
    { change() {}, seen() {}, missed() {}, hasRoom: () => false, drop: (why) => (dropped = why) },
    undefined,
  )
  await accept(250)
  await isTold(good, 250)
  expect(dropped).toBe('slow')
})

it(`no tenant has more than ${STREAMS_PER_TENANT} streams in a process, and one that leaves makes room`, async () => {
  const feed = newFeed()
  const records = []
  for (let i = 0; i < STREAMS_PER_TENANT; i++) records.push(await watch(feed))
  await expect(watch(feed)).rejects.toMatchObject({ kind: 'rate_limited', code: 'too_many_streams' })
  await watch(feed, { tenantId: 'another' })
  records[0]!.leave()
  await watch(feed)
})

it('all are dropped when it stops, and nobody is let in', async () => {
  const feed = newFeed()
  const record = await watch(feed)
  await feed.stop()
  expect(record.dropped).toBe('stopping')
  await expect(watch(feed)).rejects.toMatchObject({ kind: 'unavailable' })
})

describe('a cursor', () => {
  it('reads back as it was written, and nothing else is one', () => {
    const position = { at: 1_790_000_000_000, snapshot: '100:120:101,110' }
    expect(positionOf(cursorOf(position))).toEqual(position)
    for (const snapshot of [
      '',
      '1:2',
      '120:100:',
      '100:120:110,101',
      '100:120:99',
      '100:120:120',
      '1:99999999999999999999:',
      '0:5:',
      '1:4294967296:',
      "1:2:'",
    ])
      expect(positionOf(cursorOf({ ...position, snapshot })), snapshot).toBeUndefined()
    for (const text of ['', 'x', '%', cursorOf(position).slice(1), `${cursorOf(position)}=`])
      expect(positionOf(text), text).toBeUndefined()
  })

  it('that somebody made up does no harm', async () => {
    for (const snapshot of ['1:1:', '1:4611686018427387903:', '4611686018427387902:4611686018427387903:'])
      await watch(newFeed(), {}, cursorOf({ at: Date.now(), snapshot }))
  })
})
