import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  answerId,
  findAnswers,
  insertAnswers,
  type KeptAnswer,
  removeExpiredAnswers,
  replaceAnswers,
} from '../../src/access/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(() => database.db.execute(sql`truncate ringback.idempotency_keys`))

const answer = (key: string, body = key, owner = 'admin'): KeptAnswer => ({
  owner,
  key,
  fingerprint: Buffer.from(`asked ${body}`),
  status: 201,
  body: Buffer.from(body),
})

const age = (key: string, hours: number) =>
  database.db.execute(
    sql`update ringback.idempotency_keys set created_at = now() - ${hours} * interval '1 hour' where key = ${key}`,
  )

describe('kept answers', () => {
  it('are found as they were kept', async () => {
    const { db } = database
    expect(await insertAnswers(db, [answer('a'), answer('b')])).toEqual(
      new Set([answerId('admin', 'a'), answerId('admin', 'b')]),
    )
    expect(await findAnswers(db, [{ owner: 'admin', key: 'b' }])).toEqual([answer('b')])
  })

  it('are told apart by owner', async () => {
    const { db } = database
    await insertAnswers(db, [answer('a', 'mine', 'me'), answer('a', 'yours', 'you')])
    expect(await findAnswers(db, [{ owner: 'you', key: 'a' }])).toEqual([answer('a', 'yours', 'you')])
  })

  it('are not replaced while they are live', async () => {
    const { db } = database
    await insertAnswers(db, [answer('a', 'first')])
    expect(await insertAnswers(db, [answer('a', 'second'), answer('b')])).toEqual(
      new Set([answerId('admin', 'b')]),
    )
    expect(await findAnswers(db, [{ owner: 'admin', key: 'a' }])).toEqual([answer('a', 'first')])
  })

  it('end after 24 hours: they are not found, and their key is free', async () => {
    const { db } = database
    await insertAnswers(db, [answer('a', 'first')])
    await age('a', 23.9)
    expect(await findAnswers(db, [answer('a')])).toHaveLength(1)
    await age('a', 24.1)
    expect(await findAnswers(db, [answer('a')])).toEqual([])
    expect(await insertAnswers(db, [answer('a', 'second')])).toEqual(new Set([answerId('admin', 'a')]))
    expect(await findAnswers(db, [answer('a')])).toEqual([answer('a', 'second')])
  })

  it('of one key in one call: the first is kept', async () => {
    const { db } = database
    await insertAnswers(db, [answer('a', 'first'), answer('a', 'second')])
    expect(await findAnswers(db, [answer('a'), answer('a')])).toEqual([answer('a', 'first')])
  })

  it('may be replaced by the transaction that took the key', async () => {
    const { db } = database
    await db.transaction(async (tx) => {
      await insertAnswers(tx, [answer('a', 'first'), answer('b')])
      await replaceAnswers(tx, [{ ...answer('a', 'better'), status: 202 }])
    })
    expect(await findAnswers(db, [answer('a')])).toEqual([
      { ...answer('a', 'first'), status: 202, body: Buffer.from('better') },
    ])
    expect(await findAnswers(db, [answer('b')])).toEqual([answer('b')])
  })

  it('are removed once they have ended, and not before', async () => {
    const { db } = database
    await insertAnswers(db, [answer('old'), answer('young')])
    await age('old', 25)
    expect(await removeExpiredAnswers(db)).toBe(1)
    expect(await findAnswers(db, [answer('old'), answer('young')])).toEqual([answer('young')])
  })

  it('of the same keys, kept in opposite orders by many transactions, never deadlock, and each key is kept once', async () => {
    const { db } = database
    const keys = Array.from({ length: 20 }, (_, i) => `key ${i}`)
    const kept = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const order = i % 2 === 0 ? keys : keys.toReversed()
        return db.transaction((tx) =>
          insertAnswers(
            tx,
            order.map((key) => answer(key)),
          ),
        )
      }),
    )
    expect(kept.flatMap((ids) => [...ids]).sort()).toEqual(keys.map((key) => answerId('admin', key)).sort())
  })
})
