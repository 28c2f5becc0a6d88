import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outlastOutage } from '../../src/db/outlast.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('what is written while Postgres goes away is written when it is back', async () => {
  let tries = 0
  const written = await outlastOutage(async () => {
    tries++
    if (tries < 3) await database.db.execute(sql`select pg_terminate_backend(pg_backend_pid())`)
    return database.db.execute(sql`select 'it' as what`)
  })
  expect(written.rows).toEqual([{ what: 'it' }])
  expect(tries).toBe(3)
})

test('a fault of ours is told at once', async () => {
  let tries = 0
  const writing = outlastOutage(() => {
    tries++
    return database.db.execute(sql`select nonsense`)
  })
  await expect(writing).rejects.toThrow()
  expect(tries).toBe(1)
})
