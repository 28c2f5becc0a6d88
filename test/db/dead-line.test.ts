/** A line to Postgres that dies without a word: the connections stand, and nothing comes on them any more. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest'
import { inTransaction } from '../../src/db/deadlock.ts'
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
  const line = await startFaultyLine(Number(new URL(database.url).port))
  const { db, close } = openThrough(line.port)
  onTestFinished(async () => {
    line.cut()
    await close()
    await line.stop()
  })
  await db.execute(sql`select 1`)
  return { line, db }
}

function openThrough(port: number) {
  const url = new URL(database.url)
  url.hostname = '127.0.0.1'
  url.port = `${port}`
  return openDatabase({ url: url.href, poolSize: 4, onError() {} })
}

/** A line on which answers come a kilobyte at a time. @returns its port */
async function startThinLine(): Promise<number> {
  async function* thin(answers: AsyncIterable<Buffer>) {
    for await (const bytes of answers)
      for (let at = 0; at < bytes.length; at += 1_024) {
        yield bytes.subarray(at, at + 1_024)
        await pause(100)
      }
  }
  const server = createServer((near) => {
    const far = connect(Number(new URL(database.url).port), '127.0.0.1')
    // One that is dropped is dropped on both sides.
    pipeline(near, far).catch(() => far.destroy())
    pipeline(far, thin, near).catch(() => near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe.concurrent('a line to Postgres that died without a word', () => {
  test('is an outage for whoever asks over it, and for the transactions on it', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect }) => {
    const { line, db } = await openOverLine()
    const outcome = inTransaction(db, async (tx) => {
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
    expect(isOutage(await outcome)).toBe(true)
    // The pool keeps none of the dead connections.
    line.hear()
    expect((await db.execute(sql`select 3 as three`)).rows).toEqual([{ three: 3 }])
  })

  test('does not end what only takes long', { timeout: TEST_WITHIN_MS }, async ({ expect }) => {
    const { db } = await openOverLine()
    const { rows } = await db.execute(sql`select 'done' as is from pg_sleep(10)`)
    expect(rows).toEqual([{ is: 'done' }])
  })

  test('is told from a thin one, on which an answer is under way for long', {
    timeout: TEST_WITHIN_MS,
  }, async ({ expect }) => {
    const { db, close } = openThrough(await startThinLine())
    onTestFinished(close)
    const { rows } = await db.execute<{ long: string }>(sql`select repeat('x', 80000) as long`)
    expect(rows[0]!.long).toHaveLength(80_000)
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
