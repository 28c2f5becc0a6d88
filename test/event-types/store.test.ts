import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEventType, listEventTypes, setArchived, upsertEventType } from '../../src/event-types/store.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('the store of event types', () => {
  it('makes a type with defaults, and says that it is new', async () => {
    const { eventType, created } = await upsertEventType(database.db, 'plain', {})
    expect(created).toBe(true)
    expect(eventType).toEqual({
      name: 'plain',
      description: null,
      schema: null,
      schemaMode: 'off',
      example: null,
      deprecated: false,
      archivedAt: null,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    })
  })

  it("keeps what is left out of a change, an author's order of keys included, and clears what is null", async () => {
    const { db } = database
    const schema = { zebra: 1, apple: { b: 1, a: 2 } }
    await upsertEventType(db, 'kept', {
      description: 'd',
      schema,
      schemaMode: 'warn',
      example: [1],
      deprecated: true,
    })

    const { created, eventType } = await upsertEventType(db, 'kept', { description: 'other' })
    expect(created).toBe(false)
    expect(eventType).toMatchObject({
      description: 'other',
      schemaMode: 'warn',
      example: [1],
      deprecated: true,
    })
    expect(JSON.stringify(eventType.schema)).toBe(JSON.stringify(schema))

    const cleared = await upsertEventType(db, 'kept', { description: null, schema: null, example: null })
    expect(cleared.eventType).toMatchObject({
      description: null,
      schema: null,
      example: null,
      schemaMode: 'warn',
    })
  })

  it('keeps an archived type to be read, lists it no more, and takes it back', async () => {
    const own = await createTestDatabase()
    for (const name of ['a', 'b', 'c']) await upsertEventType(own.db, name, {})
    expect(await setArchived(own.db, 'b')).toBe(true)
    const archived = await findEventType(own.db, 'b')
    expect(archived?.archivedAt).toBeInstanceOf(Date)
    expect(await setArchived(own.db, 'b')).toBe(true)
    expect((await findEventType(own.db, 'b'))?.archivedAt).toEqual(archived?.archivedAt)
    expect(await setArchived(own.db, 'absent')).toBe(false)

    const names = async () => (await listEventTypes(own.db, { limit: 9 })).map(({ name }) => name)
    expect(await names()).toEqual(['c', 'a'])
    await upsertEventType(own.db, 'b', {})
    expect(await names()).toEqual(['c', 'b', 'a'])

    const [first] = await listEventTypes(own.db, { limit: 1 })
    expect((await listEventTypes(own.db, { limit: 1, olderThan: first })).map(({ name }) => name)).toEqual([
      'b',
    ])
    await own.drop()
  })
})
