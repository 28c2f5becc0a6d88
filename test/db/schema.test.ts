import { expect, test } from 'vitest'
import { createTestDatabase } from '../setup/database.ts'
import { dumpSchema } from './dump-schema.ts'

test('the migrations make the schema that test/schema.sql shows (`npm test -- -u` shows a new one)', async () => {
  const database = await createTestDatabase()
  try {
    await expect(await dumpSchema(database.pool, 'ringback')).toMatchFileSnapshot('../schema.sql')
  } finally {
    await database.drop()
  }
})
