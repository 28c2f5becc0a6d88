import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`create table things (name text, header text not null)`)
})
afterAll(() => database.drop())

/** As the log writes it. */
function written(error: unknown): string {
  let line = ''
  createLog('error', { write: (text: string) => (line = text) }).error({ err: error }, 'failed')
  return line
}

const SECRET = 'planted\n    at planted-secret'
const failure = (query: Promise<unknown>) =>
  query.then(
    () => expect.fail('the query was to fail'),
    (error: unknown) => error,
  )

describe('a failed query in the log', () => {
  it('shows the statement and what Postgres says, but none of the values', async () => {
    const error = await failure(
      database.db.execute(sql`insert into things (name, header) values (${SECRET}, ${null})`),
    )
    // What is feared is there: in the query's own words, and in those of Postgres.
    expect(String(error)).toContain('planted')
    expect(JSON.stringify((error as Error).cause)).toContain('planted')

    const line = written(error)
    expect(line).not.toContain('planted')
    expect(JSON.parse(line).err).toMatchObject({
      message: expect.stringContaining('violates not-null constraint'),
      query: expect.stringContaining('insert into things (name, header) values ($1, $2)'),
      code: '23502',
      column: 'header',
      stack: expect.stringContaining('loggable-error.test.ts'),
    })
  })

  it('shows none of the values when the database is away', async () => {
    const away = openDatabase({ url: 'postgres://x@127.0.0.1:1/x', poolSize: 1, onError() {} })
    const line = written(await failure(away.db.execute(sql`select ${SECRET}`)))
    await away.close()
    expect(line).not.toContain('planted')
    expect(JSON.parse(line).err).toMatchObject({ code: 'ECONNREFUSED', query: 'select $1' })
  })
})

describe('any other error in the log', () => {
  it('is written with its stack and its causes, and a failed query among them keeps its values to itself', async () => {
    const query = await failure(
      database.db.execute(sql`insert into things (name, header) values (${SECRET}, ${null})`),
    )
    const line = written(new Error('something else', { cause: query }))
    expect(line).not.toContain('planted')
    expect(JSON.parse(line).err).toMatchObject({
      type: 'Error',
      message: 'something else',
      stack: expect.stringContaining('loggable-error.test.ts'),
      cause: { type: 'QueryFailed', code: '23502' },
    })
  })
})
