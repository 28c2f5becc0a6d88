import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '../../src/ids.ts'
import { recoverDeliveries } from '../../src/upkeep/recover.ts'
import { createRoom } from '../recoveries/room.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(() => database.db.execute(sql`truncate ringback.recoveries`))

/** A clock that stands still: a beat takes no time. */
const clock = { now: () => 0 }

test("each beat moves every recovery on by a second's worth, and one late by an hour does no more", async () => {
  const { db } = database
  const rooms = [await createRoom(database), await createRoom(database)]
  const recoveries = []
  for (const room of rooms) {
    await room.failed(120)
    recoveries.push({ room, recovery: await room.begin() })
  }
  let now = 0
  const duty = recoverDeliveries({ db, ids: newId, clock: { now: () => now } })
  for (const expected of [50, 100, 120]) {
    await duty.run()
    now += 3_600_000
    for (const { room, recovery } of recoveries)
      expect((await room.recovery(recovery.id)).restarted).toBe(expected)
  }
})

test('the next beat comes a second after the last began, however long that took', async () => {
  const { db } = database
  const times = [0, 300, 0, 7_000]
  const duty = recoverDeliveries({ db, ids: newId, clock: { now: () => times.shift()! } })
  expect(await duty.run()).toBe(700)
  expect(await duty.run()).toBe(0)
})

test('a recovery that cannot move on does not keep the others from it', async () => {
  const { db } = database
  const [broken, sound] = [await createRoom(database), await createRoom(database)]
  await broken.failed(1)
  const [id] = await sound.failed(1)
  const stuck = await broken.begin()
  const recovery = await sound.begin()
  // No statement of Postgres may be bounded by less than nothing.
  await db.execute(sql`update ringback.recoveries set per_second = -1 where id = ${stuck.id}`)
  const duty = recoverDeliveries({ db, ids: newId, clock })
  await expect(duty.run()).rejects.toThrow('1 recoveries did not move on.')
  expect(await sound.started(recovery.id)).toMatchObject([{ id }])
})
