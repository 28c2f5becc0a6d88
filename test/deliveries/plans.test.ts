/** What duties ask of held deliveries and of recoveries touches what they take, however long the history. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failHeldTooLong, takeProbes } from '../../src/deliveries/store.ts'
import { runningRecoveries } from '../../src/recoveries/store.ts'
import { fillHeld } from '../bench/held.ts'
import { planOf } from '../bench/plans.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await fillHeld(database, { endpoints: 20, held: 10_000, ended: 40_000, recoveries: 5_000 })
})
afterAll(() => database.drop())

/** How many rows a plan looked at in vain. */
const inVain = (plan: string) =>
  [...plan.matchAll(/Rows Removed by (?:Index Recheck|Filter): (\d+)/g)].reduce(
    (sum, [, rows]) => sum + Number(rows),
    0,
  )

test('the probes of open circuits are found without a look at what has ended', async () => {
  const plan = await planOf(database.db, (db) => takeProbes(db, 100))
  expect(inVain(plan)).toBeLessThanOrEqual(20)
  // Ten circuits: of each the first entry of an index.
  expect(plan).toMatch(/Update on deliveries d \(actual .*rows=10(\.00)? /)
})

test('what was held for too long is found without a look at what is held rightly', async () => {
  const plan = await planOf(database.db, (db) => failHeldTooLong(db, 30, 1_000))
  // The endpoints, to see when each was disabled.
  expect(inVain(plan)).toBeLessThanOrEqual(20)
  expect(plan).toMatch(/Index Scan using deliveries_\d+_round_at_idx/)
})

test('the recoveries that run are found without a look at those that have ended', async () => {
  const plan = await planOf(database.db, (db) => runningRecoveries(db))
  expect(inVain(plan)).toBe(0)
  expect(plan).toContain('recoveries_running')
})
