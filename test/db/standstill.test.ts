/** A process that stands still in the middle of a transaction, as a frozen one does, stops nobody for long. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { isOutage } from '../../src/db/outage.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`create table things (id int primary key, what text)`)
  await database.db.execute(sql`insert into things values (1, 'as it was')`)
})
afterAll(() => database.drop())

test('a transaction that stands still loses its locks, and what it would have done is done anew', async () => {
  const frozen = openDatabase({ url: database.url, poolSize: 1, standstillMs: 100, onError: () => {} })
  onTestFinished(() => frozen.close())
  const standing = await frozen.db
    .transaction(async (tx) => {
      await tx.execute(sql`update things set what = 'half done'`)
      // Waits for the lock, and gets it while the other still believes that it has it.
      await database.db.execute(sql`update things set what = 'done by another'`)
      await tx.execute(sql`select 1`)
    })
    .catch((error: unknown) => error)
  expect(isOutage(standing)).toBe(true)

  const { rows } = await frozen.db.execute(sql`select what from things`)
  expect(rows).toEqual([{ what: 'done by another' }])
})
