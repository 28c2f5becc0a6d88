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

test('a plan whose rows have another type by now fails once on its connection, and is not kept any more', async () => {
  const { db } = open()
  await db.execute(sql`create table place (id int)`)
  const insert = (id: number) =>
    db.transaction((tx) => tx.execute(sql`insert into place (id) values (${id}::int) returning id`))
  for (const id of numbers(10)) await insert(id)
  await db.execute(sql`alter table place alter column id type bigint`)
  const outcomes = await Promise.allSettled(numbers(10).map(insert))
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1)
})

test('a plan of the day on which a partition was empty does not read all of it when it is full', async () => {
  const database = open()
  const { db } = database
  await db.execute(sql`create table thing (id text collate "C" primary key, n int) partition by range (id)`)
  for (const week of ['a', 'b', 'c'])
    await db.execute(
      sql.raw(`create table thing_${week} partition of thing for values from ('${week}') to ('${week}~')`),
    )
  const text = 'select t.n from unnest($1::text[]) as asked (id) join thing t on t.id = asked.id'
  const ask = (ids: string[]) =>
    db.execute(
      sql`select t.n from unnest(${sql.param(ids)}::text[]) as asked (id) join thing t on t.id = asked.id`,
    )
  for (const n of numbers(12)) await ask([`a${n}`])
  await db.execute(sql`insert into thing select 'c' || n, n from generate_series(1, 20000) n`)
  const [own] = (await kept(database)).filter(({ statement }) => statement === text)
  expect(own!.runs).toBe(7)
  const { rows } = await database.pool.query(`
    select name from pg_prepared_statements where statement = '${text}'`)
  const explained = await database.pool.query(`explain (analyze) execute ${rows[0].name}(array['c1', 'c2'])`)
  const plan = explained.rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).not.toContain('Seq Scan')
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
