/** A line to Postgres that dies without a word: the connections stand, and nothing comes on them any more. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest'
import { surely } from '../../src/db/deadlock.ts'
import { type Db, openDatabase } from '../../src/db/open.ts'
import { isOutage } from '../../src/db/outage.ts'
import { type FaultyLine, startFaultyLine } from '../chaos/faulty-line.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { until } from '../setup/until.ts'

const TEST_WITHIN_MS = 60_000

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** A pool whose connections go over a line of its own. */
async function openOverLine(): Promise<{ line: FaultyLine; db: Db }> {
  const url = new URL(database.url)
  const line = await startFaultyLine(Number(url.port))
  url.hostname = '127.0.0.1'
  url.port = `${line.port}`
  const { db, close } = openDatabase({ url: url.href, poolSize: 4, onError() {} })
  onTestFinished(async () => {
    line.cut()
    await close()
    await line.stop()
  })
  await db.execute(sql`select 1`)
  return { line, db }
}

describe.concurrent('a line to Postgres that died without a word', () => {
  test('is an outage for whoever asks over it, and for the transactions on it', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect }) => {
    const { line, db } = await openOverLine()
    const inTransaction = surely(db, async (tx) => {
      await tx.execute(sql`select 1`)
      line.deafen()
      await tx.execute(sql`select 2`)
    }).catch((error: unknown) => error)
    await until(
      () => line.isDeaf,
      (deaf) => deaf,
      'the line to be dead',
    )
    const asked = db.execute(sql`select 1`).catch((error: unknown) => error)
    expect(isOutage(await asked)).toBe(true)
    expect(isOutage(await inTransaction)).toBe(true)
    // The pool keeps none of the dead connections.
    line.hear()
    expect((await db.execute(sql`select 3 as three`)).rows).toEqual([{ three: 3 }])
  })

  test('does not end what only takes long', { timeout: TEST_WITHIN_MS }, async ({ expect }) => {
    const { db } = await openOverLine()
    const { rows } = await db.execute(sql`select 'done' as is from pg_sleep(10)`)
    expect(rows).toEqual([{ is: 'done' }])
  })

  test('is told from one that waits for a lock', { timeout: TEST_WITHIN_MS }, async ({ expect }) => {
    const { db } = await openOverLine()
    let waited: Promise<unknown> | undefined
    await database.db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(1)`)
      waited = db.execute(sql`select pg_advisory_xact_lock(1)`)
      await tx.execute(sql`select pg_sleep(10)`)
    })
    await expect(waited).resolves.toBeDefined()
  })
})
