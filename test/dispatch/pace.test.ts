import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createPace } from '../../src/dispatch/pace.ts'
import { reserveTurns } from '../../src/endpoints/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
let endpointId: Id<'endpoint'>
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into ringback.tenants (id) values ('acme')`)
})
afterAll(() => database.drop())
beforeEach(async () => {
  endpointId = newId('endpoint')
  await database.db.execute(
    sql`insert into ringback.endpoints (id, tenant_id, url) values (${endpointId}, 'acme', 'https://example.com')`,
  )
})

/** What the limit allows: a quarter of a second ahead, and the time that passes meanwhile; the first turn is now. */
const allowed = (perSecond: number, began: number) =>
  Math.ceil(perSecond * (0.25 + (performance.now() - began) / 1_000)) + 1

const reserve = async (perSecond: number, count: number) =>
  (await reserveTurns(database.db, new Map([[endpointId, { perSecond, count }]])))[0]!

test('no more turns are given than lie just ahead, whoever asks, and the first is now', async () => {
  const began = performance.now()
  const turns = await Promise.all(Array.from({ length: 8 }, () => reserve(20, 3)))
  expect(turns.reduce((sum, { granted }) => sum + granted, 0)).toBeLessThanOrEqual(allowed(20, began))
  expect(Math.min(...turns.map(({ firstInMs }) => firstInMs))).toBeCloseTo(0, -1)
})

test('turns lie evenly apart, also from one group to the next', async () => {
  const one = await reserve(40, 4)
  const two = await reserve(40, 4)
  expect(one).toMatchObject({ granted: 4, firstInMs: 0 })
  expect(two.granted).toBe(4)
  // The second group begins where the first ended, less what has passed meanwhile.
  expect(two.firstInMs).toBeGreaterThan(0)
  expect(two.firstInMs).toBeLessThanOrEqual(100)
})

test('two worker processes together let no more through than the limit, and send the others away', async () => {
  const paces = [createPace(database), createPace(database)]
  const began = performance.now()
  const entered = await Promise.all(
    Array.from({ length: 100 }, (_, i) => paces[i % 2]!.enter(endpointId, 80)),
  )
  const through = entered.filter(Boolean).length
  expect(through).toBeGreaterThanOrEqual(20)
  expect(through).toBeLessThanOrEqual(allowed(80, began))
})
