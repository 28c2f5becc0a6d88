/**
 * Publish, fail, pause, disable, rotate, replay, crash, wipe, in any order. Real are the acceptor, the stores, the
 * dispatch, its settlement, the sweeper, the verbs and Postgres; told are the wire, the queue's losses and the time.
 */

import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/ids.ts'
import { upsertTenant } from '../../src/tenants/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { HAPPENINGS } from './commands.ts'
import { bringToEnd, faultsOf } from './end.ts'
import { register } from './host.ts'
import { createWorld } from './world.ts'

/** A failure prints the seed; with it the same story is told again. */
const SEED = Number(process.env.RINGBACK_TEST_SEED ?? Date.now() % 2 ** 31)
const STORIES = Number(process.env.RINGBACK_TEST_STORIES ?? 30)
const MOST_HAPPENINGS = 150

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function beginWorld(chance: number) {
  const { db } = database
  await db.execute(
    sql`truncate ringback.tenants, ringback.events, ringback.deliveries, ringback.attempts, ringback.notices cascade`,
  )
  const tenantId = newId('event')
  await upsertTenant(db, tenantId, {})
  const world = createWorld(db, tenantId, () => chance)
  for (let i = 0; i < 3; i++) await register(world)
  return world
}

test('whatever happens in whatever order, nothing is lost, nothing is sent that must not be, and each delivery ends once', async () => {
  let happened = 0
  await fc.assert(
    fc.asyncProperty(
      fc.commands(HAPPENINGS, { maxCommands: MOST_HAPPENINGS, size: 'max' }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      async (happenings, chance) => {
        const world = await beginWorld(chance)
        try {
          await fc.asyncModelRun(() => ({ model: world.ledger, real: world }), happenings)
          await bringToEnd(world)
          expect(await faultsOf(world)).toEqual([])
        } finally {
          world.egress.close()
          happened += [...happenings].length
        }
      },
    ),
    { seed: SEED, numRuns: STORIES, interruptAfterTimeLimit: 120_000 },
  )
  expect(happened).toBeGreaterThan(STORIES)
}, 180_000)
