/** A connection plans what it is asked again and again once, and keeps no plan where another may answer in its place. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { hasPgbouncer, startPgbouncer } from '../setup/pgbouncer.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Over one connection, unless told. */
function open(url = database.url, poolSize = 1) {
  const opened = openDatabase({ url, poolSize, onError: () => {} })
  onTestFinished(() => opened.close())
  return opened
}

const double = (db: TestDatabase['db'], n: number) =>
  db.execute<{ n: number }>(sql`select ${n}::int * 2 as n`).then(({ rows }) => rows[0]!.n)

/** What the one connection keeps. */
async function kept({ pool }: Pick<TestDatabase, 'pool'>): Promise<{ statement: string; runs: number }[]> {
  const { rows } = await pool.query(
    'select statement, (generic_plans + custom_plans)::int as runs from pg_prepared_statements',
  )
  return rows
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

test('a statement is kept from the sixth time on, and answers by the values of each time', async () => {
  const database = open()
  for (const n of numbers(12)) expect(await double(database.db, n)).toBe(2 * n)
  expect(await kept(database)).toEqual([{ statement: 'select $1::int * 2 as n', runs: 7 }])
})

test('so it is in transactions, and over many connections at once', async () => {
  const { db } = open(database.url, 5)
  const answers = numbers(200).map((n) =>
    n % 2 ? double(db, n) : db.transaction((tx) => double(tx, n).then((first) => double(tx, first))),
  )
  expect(await Promise.all(answers)).toEqual(numbers(200).map((n) => (n % 2 ? 2 : 4) * n))
})

test('what is asked seldom is not kept, and of what is asked often no more than a connection can bear', async () => {
  const database = open()
  const ask = (text: string) => database.db.execute(sql`${sql.raw(text)} where ${1}::int = 1`)
  for (const n of numbers(300)) await ask(`select ${n}`)
  expect(await kept(database)).toEqual([])
  for (const n of numbers(250)) for (const _ of numbers(6)) await ask(`select ${n} as often`)
  expect(await kept(database)).toHaveLength(200)
})

test('a plan that a change of its table has made wrong is made anew', async () => {
  const { db } = open()
  await db.execute(sql`create table place (id int)`)
  const insert = (id: number) => db.execute(sql`insert into place (id) values (${id}::int)`)
  for (const id of numbers(10)) await insert(id)
  await db.execute(
    sql`alter table place add column at timestamptz default now(), alter column id type bigint`,
  )
  for (const id of numbers(10)) await insert(id)
  const { rows } = await db.execute(sql`select count(at)::int as count from place`)
  expect(rows).toEqual([{ count: 20 }])
})

test.skipIf(!hasPgbouncer)(
  'a pooler hands connections from one to the next: over it nothing is kept',
  async () => {
    const bouncer = await startPgbouncer(database.url, 2)
    onTestFinished(() => bouncer.stop())
    const pooled = open(bouncer.url, 4)
    const answers = await Promise.all(numbers(100).map((n) => double(pooled.db, n)))
    expect(answers).toEqual(numbers(100).map((n) => 2 * n))
    expect(await kept(pooled)).toEqual([])
  },
)
