import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { insertDeliveries } from '../../src/deliveries/store.ts'
import { createWindow, WINDOW, type Window } from '../../src/deliveries/window.ts'
import { newId } from '../../src/ids.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into ringback.tenants (id) values ('large'), ('small')`)
})
afterAll(() => database.drop())

const clock = { at: 0, now: () => clock.at }
let window: Window
beforeEach(async () => {
  await database.db.execute(sql`truncate ringback.deliveries`)
  window = createWindow({ db: database.db, clock, part: { timesLeft: 1, atLeast: 0 } })
})

/** Takes as much as a tenant may have. */
function takeAll(tenantId: string): number {
  let taken = 0
  for (; window.roomOf(tenantId) > 0; taken++) window.take(tenantId)
  return taken
}

/** Stores deliveries whose alarms lie in the queue. */
async function lie(tenantId: string, count: number) {
  const rows = Array.from({ length: count }, () => ({
    id: newId('delivery'),
    tenantId,
    eventId: newId('event'),
    eventType: 'a',
    endpointId: newId('endpoint'),
    endpointStatus: 'active' as const,
    trigger: 'automatic' as const,
    traceparent: null,
  }))
  await insertDeliveries(database.db, rows)
}

const look = (waiting: number) => window.look(async () => waiting)

test('one tenant gets half of the window, the next as much as is left between them, and each that comes finds room', () => {
  expect(takeAll('a')).toBe(WINDOW / 2)
  expect(takeAll('b')).toBe(WINDOW / 4)
  expect(takeAll('c')).toBe(WINDOW / 8)
  expect(window.roomOf('d')).toBe(Math.ceil(WINDOW / 16))
})

test('what is worked off may be taken again', async () => {
  takeAll('a')
  await look(0)
  expect(takeAll('a')).toBe(WINDOW / 2)
})

test('whose alarms lie in the queue is counted, whoever set them: the tenant that fills it gets no more', async () => {
  await lie('large', 3_000)
  await lie('small', 10)
  await look(3_010)
  expect(window.roomOf('large')).toBe(0)
  expect(window.roomOf('small')).toBe((WINDOW - 3_010 - 10) / 2)
})

test('what nobody has an alarm for any more does not count for its tenant', async () => {
  await lie('large', 3_000)
  await database.db.execute(sql`update ringback.deliveries set wake_at = now() where tenant_id = 'large'`)
  await look(2_000)
  expect(window.roomOf('large')).toBe((WINDOW - 2_000) / 2)
})

test('a count is good for half a second, and what is set meanwhile is added to it', async () => {
  await lie('small', 10)
  await look(2_000)
  window.take('small')
  await database.db.execute(sql`truncate ringback.deliveries`)
  await look(2_000)
  expect(window.roomOf('small')).toBe(Math.ceil((WINDOW - 2_000 - 11) / 2))
  clock.at += 500
  await look(2_000)
  expect(window.roomOf('small')).toBe((WINDOW - 2_000) / 2)
})

test('what is taken while it is looked at counts beside what is found', async () => {
  await window.look(async () => {
    for (let i = 0; i < 5; i++) window.take('small')
    return 100
  })
  expect(window.room()).toBe(WINDOW - 105)
  expect(window.roomOf('small')).toBe((WINDOW - 110) / 2)
})

test('a look that fails leaves what was known', async () => {
  takeAll('a')
  const away = window.look(() => Promise.reject(new Error('away')))
  await expect(away).rejects.toThrow('away')
  expect(window.roomOf('a')).toBe(0)
  await look(0)
  expect(window.roomOf('a')).toBe(WINDOW / 2)
})

test('nobody has more there than lies there, though whose it is was counted a moment ago', async () => {
  await lie('large', 3_000)
  await look(3_000)
  expect(window.roomOf('large')).toBe(0)
  await look(1_500)
  expect(window.roomOf('large')).toBe((WINDOW - 2 * 1_500) / 2)
})

test('a clock that is set back does not keep a count for longer', async () => {
  await lie('small', 10)
  await look(2_000)
  await database.db.execute(sql`truncate ringback.deliveries`)
  clock.at -= 3_600_000
  await look(2_000)
  expect(window.roomOf('small')).toBe((WINDOW - 2_000) / 2)
})

test('what is not due yet stands before nobody, and does not count', async () => {
  await lie('large', 3_000)
  await database.db.execute(
    sql`update ringback.deliveries set due_at = now() + interval '65 seconds', wake_at = now() + interval '5 seconds'`,
  )
  await look(2_000)
  expect(window.roomOf('large')).toBe((WINDOW - 2_000) / 2)
})

test('a tenant has used half of its part when it has taken as much as is left of it', async () => {
  for (let i = 0; i < WINDOW / 4; i++) window.take('a')
  expect(window.isHalfUsed('a')).toBe(false)
  window.take('a')
  expect(window.isHalfUsed('a')).toBe(true)
  expect(window.isHalfUsed('b')).toBe(false)
  await look(0)
  expect(window.isHalfUsed('a')).toBe(false)
})

test('a part may be several times what is left, and a little though the window is full', async () => {
  window = createWindow({ db: database.db, clock, part: { timesLeft: 2, atLeast: 200 } })
  expect(takeAll('a')).toBe(Math.ceil((2 * WINDOW) / 3))
  await look(WINDOW + 1_000)
  expect(window.roomOf('small')).toBe(200)
  await lie('small', 150)
  clock.at += 500
  await look(WINDOW + 1_000)
  expect(window.roomOf('small')).toBe(50)
})
