import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { ensurePartitions, PARTITION_SPAN } from '../../src/db/partitions.ts'
import { firstIdAt, newId, timeOfId } from '../../src/ids.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const partitionsOf = async (table: string) => {
  const { rows } = await database.db.execute<{ name: string }>(
    sql`select inhrelid::regclass::text as name from pg_inherits where inhparent = ${`ringback.${table}`}::regclass order by 1`,
  )
  return rows.map((row) => row.name)
}

test('ten processes that migrate at once leave one schema, and none fails', async () => {
  await Promise.all(Array.from({ length: 10 }, () => migrate(database.url, { now: () => Date.now() })))
  expect(await partitionsOf('events')).toHaveLength(6)
})

test('partitions are made four weeks ahead, and an id of any of those weeks finds its own', async () => {
  const later = Date.now() + 10 * PARTITION_SPAN
  await ensurePartitions(database.db, later)
  expect((await partitionsOf('deliveries')).length).toBe(12)
  for (const week of [-1, 0, 4]) {
    const id = firstIdAt('event', later + week * PARTITION_SPAN)
    await database.db.execute(
      sql`insert into ringback.events (id, tenant_id, type, metadata, body, delivery_count) values (${id}, 't', 'a', '{}', '', 0)`,
    )
  }
})

test('an id tells its time, and the first id of a moment sorts before every id made then', () => {
  const before = Date.now()
  const id = newId('delivery')
  const after = Date.now()
  expect(timeOfId(id)).toBeGreaterThanOrEqual(before)
  expect(timeOfId(id)).toBeLessThanOrEqual(after)
  expect(firstIdAt('delivery', before) <= id).toBe(true)
  expect(firstIdAt('delivery', after + 1) > id).toBe(true)
  expect(timeOfId(firstIdAt('event', before))).toBe(before)
})

test('a look-up by id reads one partition alone', async () => {
  const { rows } = await database.db.execute<{ 'QUERY PLAN': string }>(
    sql.raw(`explain select * from ringback.deliveries where id = '${newId('delivery')}'`),
  )
  expect(rows.filter((row) => row['QUERY PLAN'].includes('Scan'))).toHaveLength(1)
})
