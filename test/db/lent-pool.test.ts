/** A host's own pool, as Ringback uses it: nothing waits for ever, and the pool stays as it was. */
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest'
import { type Database, useDatabase } from '../../src/db/open.ts'
import { isOutage } from '../../src/db/outage.ts'
import { startFaultyLine } from '../chaos/faulty-line.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { until } from '../setup/until.ts'

const TEST_WITHIN_MS = 60_000

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** A pool of a host's, with nothing of ours in it. */
function openHosts(changes: pg.PoolConfig = {}): { pool: pg.Pool; lent: Database; errors: Error[] } {
  const errors: Error[] = []
  const pool = new pg.Pool({ connectionString: database.url, max: 2, ...changes })
  pool.on('error', () => {})
  onTestFinished(() => pool.end())
  return { pool, lent: useDatabase(pool, (error) => errors.push(error)), errors }
}

const failureOf = (asked: PromiseLike<unknown>) =>
  Promise.resolve(asked).then(
    () => undefined,
    (error: unknown) => error,
  )

describe("a host's pool that is lent to us", () => {
  test('over a line that died without a word, is an outage for whoever asks, and keeps no dead connection', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect }) => {
    const line = await startFaultyLine(Number(new URL(database.url).port))
    onTestFinished(() => line.stop())
    const url = new URL(database.url)
    url.hostname = '127.0.0.1'
    url.port = `${line.port}`
    const { lent } = openHosts({ connectionString: url.href })
    await lent.ping()
    const inTransaction = failureOf(
      lent.db.transaction(async (tx) => {
        await tx.execute(sql`select 1`)
        line.deafen()
        await tx.execute(sql`select 2`)
      }),
    )
    await until(
      () => line.isDeaf,
      (deaf) => deaf,
      'the line to be dead',
    )
    const asked = failureOf(lent.db.execute(sql`select 1`))
    expect(isOutage(await asked)).toBe(true)
    expect(isOutage(await inTransaction)).toBe(true)
    line.hear()
    expect((await lent.db.execute(sql`select 3 as three`)).rows).toEqual([{ three: 3 }])
  })

  test('all in use by the host, is an outage after a while, and what comes too late goes back', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect }) => {
    const { pool, lent } = openHosts()
    const held = [await pool.connect(), await pool.connect()]
    expect(isOutage(await failureOf(lent.db.execute(sql`select 1`)))).toBe(true)
    for (const one of held) one.release()
    await until(
      () => pool.idleCount,
      (idle) => idle === 2,
      'all to be back',
    )
    await lent.ping()
  })

  test('a connection that breaks while it is ours and asked nothing is told of, and ends no process', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect }) => {
    const { lent, errors } = openHosts({ max: 1 })
    const broke = failureOf(
      lent.db.transaction(async (tx) => {
        const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
        await database.db.execute(sql`select pg_terminate_backend(${rows[0]!.pid})`)
        await until(
          () => errors.length,
          (count) => count > 0,
          'the connection to break',
        )
      }),
    )
    expect(isOutage(await broke)).toBe(true)
    await lent.ping()
  })

  test('gets its connections back as they were, and does not end what only takes long', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect }) => {
    const { pool, lent } = openHosts({ max: 1 })
    const look = async () => {
      const client = await pool.connect()
      const seen = [client.query, client.listenerCount('error')]
      client.release()
      return seen
    }
    const before = await look()
    expect((await lent.db.execute(sql`select 'done' as is from pg_sleep(6)`)).rows).toEqual([{ is: 'done' }])
    await failureOf(lent.db.transaction((tx) => tx.execute(sql`select no_such_thing`)))
    expect(await look()).toEqual(before)
    expect(pool.totalCount).toBe(1)
  })
})
