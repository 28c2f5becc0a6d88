/** A statement of the hot path is built once, and run with the values of each time. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { givenRows } from '../../src/db/given-rows.ts'
import { NOTHING, run } from '../../src/db/statement.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const named = () =>
  givenRows<{ n: number; name: string | null }>('given', {
    n: ['int', ({ n }) => n],
    name: ['text', ({ name }) => name],
  })

test('its text is built once, however often it runs, and each run has its own values', async () => {
  let builds = 0
  const counted = { getSQL: () => sql`${sql.raw(`${++builds}`)}` }
  const given = named()
  const text = sql`select ${counted} as built, n, name from ${given.table} order by n`
  const answers = []
  for (const name of ['a', 'b', null])
    answers.push(await run(database.db, { text, values: given.values([{ n: 1, name }]) }))
  expect(answers).toEqual(['a', 'b', null].map((name) => [{ built: 1, n: 1, name }]))
  expect(builds).toBe(1)
})

test('in a transaction it is a part of it', async () => {
  const text = sql`select txid_current() as id`
  const [own, others] = await database.db.transaction(async (tx) => [
    [await run(tx, { text, values: {} }), await run(tx, { text, values: {} })],
    await run(database.db, { text, values: {} }),
  ])
  expect(own![0]).toEqual(own![1])
  expect(others).not.toEqual(own![0])
})

test('two tables of one name keep their own values, one statement being a part of another', async () => {
  const [outer, inner] = [named(), named()]
  const part = sql`select n from ${inner.table}`
  const rows = await run(database.db, {
    text: sql`with along as (${part}) select name, (select array_agg(n) from along) as along from ${outer.table}`,
    values: {
      ...outer.values([{ n: 1, name: 'x' }]),
      ...inner.values([7, 8].map((n) => ({ n, name: null }))),
    },
  })
  expect(rows).toEqual([{ name: 'x', along: [7, 8] }])
})

test('a value that is left out is an error, and not null', async () => {
  const text = sql`select ${sql.placeholder('there')}::int as there`
  await expect(run(database.db, { text, values: {} })).rejects.toThrow('there')
})

test('what goes along where nothing does is a statement of its own', async () => {
  expect(await run(database.db, NOTHING)).toEqual([{}])
})
