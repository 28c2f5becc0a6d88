import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AttemptRow, insertAttempts } from '../../src/attempts/store.ts'
import { cancel, insertDeliveries, settleDeliveries } from '../../src/deliveries/store.ts'
import { DAY, HOUR, MINUTE } from '../../src/duration.ts'
import { insertEvents } from '../../src/events/store.ts'
import { firstIdAt, type Id, newId, timeOfId } from '../../src/ids.ts'
import { forgetStats, rollUp } from '../../src/stats/roll-up.ts'
import { showStats } from '../../src/stats/show.ts'
import { countWaiting } from '../../src/stats/store.ts'
import { WINDOW_NAMES, WINDOWS } from '../../src/stats/window.ts'
import { OPERATOR_TENANT } from '../../src/tenants/tenant.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  for (const table of ['stats', 'stats_progress', 'attempts', 'deliveries', 'events'])
    await database.pool.query(`truncate ringback.${table}`)
})

const NOW = Date.now()
const endpointsOf: Record<string, Id<'endpoint'>[]> = {
  acme: [newId('endpoint'), newId('endpoint')],
  other: [newId('endpoint')],
  [OPERATOR_TENANT]: [newId('endpoint')],
}

let serial = 0
/** An id of a moment, and no other's. */
function idAt<K extends 'attempt' | 'delivery' | 'event'>(kind: K, at: number): Id<K> {
  return `${firstIdAt(kind, at).slice(0, -6)}${(serial++).toString().padStart(6, '0')}` as Id<K>
}

function attempt(at: number, of: Partial<AttemptRow> = {}): AttemptRow {
  return {
    id: idAt('attempt', at),
    tenantId: 'acme',
    deliveryId: newId('delivery'),
    endpointId: endpointsOf.acme![0]!,
    number: 1,
    trigger: 'automatic',
    durationMs: 10,
    succeeded: true,
    error: null,
    detail: null,
    requestUrl: 'https://receiver.example/',
    requestHeaders: {},
    responseStatus: 200,
    responseHeaders: {},
    responseBody: null,
    responseTruncated: false,
    timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 10 },
    remoteAddress: null,
    traceId: null,
    ...of,
  }
}

const FAILED = { succeeded: false, error: 'http_status', responseStatus: 500 } as const

/** Gives the hands their turns until none is behind. */
async function untilRolled(now = NOW) {
  while (await rollUp(database.db, now));
}

const look = (
  tenantId = '',
  endpointId: Id<'endpoint'> | '' = '',
  name: keyof typeof WINDOWS = '24h',
  now = NOW,
) => showStats(database.db, tenantId, endpointId, name, now)

const rowsNow = async () =>
  (await database.pool.query('select * from ringback.stats order by span, tenant_id, endpoint_id, at')).rows

describe('statistics', () => {
  it('agree with a count of the attempts themselves, for everybody and in every window', async () => {
    const all: AttemptRow[] = []
    for (let i = 0; i < 3_000; i++) {
      const tenantId = ['acme', 'acme', 'other', OPERATOR_TENANT][i % 4]!
      const endpoints = endpointsOf[tenantId]!
      // Half of them lately; the others back to the edge of what minutes hold.
      const age = (i % 2 === 0 ? HOUR : 47 * HOUR) * Math.random()
      all.push(
        attempt(NOW - age, {
          tenantId,
          endpointId: endpoints[i % endpoints.length]!,
          durationMs: Math.round(Math.exp(Math.random() * 9)),
          ...(i % 7 === 0 ? FAILED : {}),
          ...(i % 11 === 0
            ? { succeeded: false, error: 'connect_timeout' as const, responseStatus: null }
            : {}),
        }),
      )
    }
    await insertAttempts(database.db, all)
    await untilRolled()

    const whose = [
      ['', ''],
      ['acme', ''],
      ['acme', endpointsOf.acme![1]!],
      [OPERATOR_TENANT, ''],
      ['nobody', ''],
    ] as const
    for (const [tenantId, endpointId] of whose)
      for (const name of WINDOW_NAMES) {
        const { window, totals, buckets } = await look(tenantId, endpointId, name)
        const inIt = all.filter(
          (one) =>
            timeOf(one) >= window.from &&
            (tenantId === '' ? one.tenantId !== OPERATOR_TENANT : one.tenantId === tenantId) &&
            (endpointId === '' || one.endpointId === endpointId),
        )
        const said = `${tenantId} ${endpointId} ${name}`
        expect(totals.attempts, said).toBe(inIt.length)
        expect(totals.succeeded, said).toBe(inIt.filter(({ succeeded }) => succeeded).length)
        expect(totals.errors, said).toEqual(countBy(inIt, ({ error }) => error))
        expect(totals.statuses, said).toEqual(countBy(inIt, ({ responseStatus }) => responseStatus))
        expect(buckets).toHaveLength(WINDOWS[name].buckets)
        for (const { at, attempts } of buckets)
          expect(attempts, said).toBe(
            inIt.filter((one) => timeOf(one) >= at && timeOf(one) < at + window.bucketMs).length,
          )
        const sorted = inIt.map(({ durationMs }) => Math.max(1, durationMs)).sort((a, b) => a - b)
        for (const [key, share] of [
          ['p50', 0.5],
          ['p95', 0.95],
          ['p99', 0.99],
        ] as const) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1]
          if (exact === undefined) expect(totals.latency[key]).toBeNull()
          else expect(Math.abs(totals.latency[key]! - exact), said).toBeLessThanOrEqual(exact * 0.06 + 0.6)
        }
      }
  })

  it('count events, and what failed or was canceled, when it did', async () => {
    const [first, second] = endpointsOf.acme as [Id<'endpoint'>, Id<'endpoint'>]
    const rows = [first, first, second].map((endpointId) => ({
      id: newId('delivery'),
      tenantId: 'acme',
      eventId: newId('event'),
      eventType: 'a',
      endpointId,
      endpointStatus: 'active' as const,
      trigger: 'automatic' as const,
    }))
    await insertDeliveries(database.db, rows)
    const event = { tenantId: 'acme', type: 'a', externalId: null, occurredAt: null, metadata: {} }
    await insertEvents(
      database.db,
      [newId('event'), newId('event')].map((id) => ({
        ...event,
        id,
        body: Buffer.from('{}'),
        deliveryCount: 1,
      })),
    )
    await settleDeliveries(database.db, [
      {
        id: rows[0]!.id,
        number: 1,
        status: 'failed',
        answer: '5xx',
        dueInMs: null,
        reason: 'attempts_exhausted',
      },
    ])
    await cancel(database.db, 'acme', rows[1]!.id)
    const now = Date.now()
    await untilRolled(now)
    expect((await look('acme', '', '1h', now)).totals).toMatchObject({ events: 2, failed: 1, canceled: 1 })
    expect((await look('acme', first, '1h', now)).totals).toMatchObject({ events: 2, failed: 1, canceled: 1 })
    expect((await look('acme', second, '1h', now)).totals).toMatchObject({
      events: 1,
      failed: 0,
      canceled: 0,
    })
    expect((await look('', '', '1h', now)).totals).toMatchObject({ events: 2, failed: 1, canceled: 1 })
    expect(await countWaiting(database.db, 'acme', second)).toEqual({ pending: 1, retrying: 0, held: 0 })
    expect(await countWaiting(database.db, '', '')).toEqual({ pending: 1, retrying: 0, held: 0 })
  })

  it('are the same however often it is summed up, and by how many', async () => {
    await insertAttempts(
      database.db,
      Array.from({ length: 500 }, (_, i) => attempt(NOW - i * MINUTE)),
    )
    await Promise.all([untilRolled(), untilRolled(), untilRolled()])
    const before = await rowsNow()
    await database.pool.query('truncate ringback.stats_progress')
    await untilRolled()
    expect(await rowsNow()).toEqual(before)
    expect((await look()).totals.attempts).toBe(500)
  })

  it('hold what began a minute ago and ends now', async () => {
    await insertAttempts(database.db, [attempt(NOW - 5 * MINUTE)])
    await untilRolled()
    await insertAttempts(database.db, [attempt(NOW - 60_000)])
    await untilRolled(NOW + 5_000)
    expect((await look('', '', '1h')).totals.attempts).toBe(2)
  })

  it('come to hold what was written far too late', async () => {
    await insertAttempts(database.db, [attempt(NOW - 20 * MINUTE)])
    await untilRolled()
    await insertAttempts(database.db, [attempt(NOW - 10 * MINUTE)])
    await untilRolled(NOW + MINUTE)
    expect((await look()).totals.attempts).toBe(1)
    await untilRolled(NOW + 30 * MINUTE)
    expect((await look('', '', '24h', NOW + 30 * MINUTE)).totals.attempts).toBe(2)
  })

  it('outlive the attempts, and the minutes they were summed up by', async () => {
    await insertAttempts(
      database.db,
      Array.from({ length: 100 }, (_, i) => attempt(NOW - i * 20 * MINUTE)),
    )
    await untilRolled()
    await database.pool.query('truncate ringback.attempts')
    await untilRolled(NOW + HOUR)
    expect((await look('acme', '', '7d')).totals.attempts).toBe(100)
    await forgetStats(database.db, NOW + 3 * DAY, 400)
    const { rows } = await database.pool.query(
      `select count(*)::int as n from ringback.stats where span = 'minute'`,
    )
    expect(rows[0].n).toBe(0)
    expect((await look('acme', '', '7d', NOW)).totals.attempts).toBeGreaterThan(90)
    await forgetStats(database.db, NOW + 401 * DAY, 400)
    expect(await rowsNow()).toEqual([])
  })

  it('catch up in steps after nobody summed up for hours', async () => {
    await insertAttempts(database.db, [attempt(NOW - 6 * HOUR)])
    await untilRolled(NOW - 6 * HOUR)
    await insertAttempts(
      database.db,
      Array.from({ length: 300 }, (_, i) => attempt(NOW - i * MINUTE)),
    )
    expect(await rollUp(database.db, NOW)).toBe(true)
    await untilRolled()
    expect((await look()).totals.attempts).toBe(301)
  })

  it('begin with nothing, at once', async () => {
    expect(await rollUp(database.db, NOW)).toBe(false)
    const { totals, buckets } = await look()
    expect(totals).toMatchObject({ attempts: 0, latency: { p50: null, p95: null, p99: null } })
    expect(buckets.every(({ attempts }) => attempts === 0)).toBe(true)
  })
})

const timeOf = ({ id }: AttemptRow): number => timeOfId(id)

function countBy(rows: AttemptRow[], key: (row: AttemptRow) => string | number | null) {
  const counts: Record<string, number> = {}
  for (const row of rows) {
    const name = key(row)
    if (name !== null) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
