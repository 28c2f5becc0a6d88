/** A migrated database of a test file's own, cloned from the template in some 50 ms. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { databaseUrl, TEMPLATE } from './global.ts'

export interface TestDatabase extends Database {
  url: string
  /** Closes the pool and drops the database, whoever is still connected. */
  drop(): Promise<void>
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${TEMPLATE}`)
  const url = databaseUrl(server, name)
  // A test that restarts or terminates its connections expects them to break.
  const database = openDatabase({ url, poolSize: 10, onError() {} })
  return {
    ...database,
    url,
    async drop() {
      await database.close()
      await administer(server, `drop database ${name} with (force)`)
    },
  }
}

async function administer(server: string, statement: string) {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
