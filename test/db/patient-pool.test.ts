/** A Postgres that has fewer connections than its processes would like makes them wait, and refuses no request. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** A role of its own for each, which may have two connections. */
let roles = 0
beforeEach(async () => {
  const role = `${new URL(database.url).pathname.slice(1)}_${++roles}`
  await database.db.execute(sql.raw(`create role "${role}" login password 'x' connection limit 2`))
  onTestFinished(async () => void (await database.db.execute(sql.raw(`drop role "${role}"`))))
  const address = new URL(database.url)
  address.username = role
  address.password = 'x'
  url = address.href
})

function open(poolSize: number) {
  const opened = openDatabase({ url, poolSize, onError: () => {} })
  onTestFinished(() => opened.close())
  return opened
}

test('queries and transactions of two pools, each of which would like all connections and more, all come to their turn', async () => {
  const pools = [open(8), open(8)]
  const asked = Array.from({ length: 40 }, (_, i) => {
    const { db, pool } = pools[i % 2]!
    if (i % 4 < 2) return pool.query('select pg_sleep(0.01)')
    return db.transaction((tx) => tx.execute(sql`select pg_sleep(0.01)`))
  })
  expect(await Promise.all(asked)).toHaveLength(40)
})

test('connections that a pool has and does not need come to the one that waits for them', async () => {
  const other = open(2)
  await Promise.all([other.pool.query('select pg_sleep(0.01)'), other.pool.query('select pg_sleep(0.01)')])
  expect(other.use()).toMatchObject({ idle: 2 })
  expect((await open(2).pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('one that waits stops waiting when it is closed', async () => {
  const other = open(2)
  const taken = [await other.pool.connect(), await other.pool.connect()]
  const opened = openDatabase({ url, poolSize: 2, onError: () => {} })
  const asked = opened.pool.query('select 1').catch((error: Error) => error.message)
  await opened.close()
  expect(await asked).toMatch(/after calling end/)
  for (const client of taken) client.release()
})
