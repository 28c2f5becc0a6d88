import { randomBytes } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SYSTEM } from '../../src/audit/entry.ts'
import { createEgress } from '../../src/egress/index.ts'
import { changeEndpoint } from '../../src/endpoints/change.ts'
import { HIDDEN_VALUE, openHeaders, sealHeaders } from '../../src/endpoints/headers.ts'
import { endpointSecrets, endpoints } from '../../src/endpoints/table.ts'
import { type Id, newId } from '../../src/ids.ts'
import { createKeyring, type Keyring } from '../../src/sealing/keyring.ts'
import { type Log, silentLog } from '../../src/telemetry/log.ts'
import { reseal } from '../../src/upkeep/reseal.ts'
import { HEADERS } from '../../src/upkeep/sealed-shelves.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'
import { until } from '../setup/until.ts'

const [former, first, stranger] = [randomBytes(32), randomBytes(32), randomBytes(32)] as const
const both = createKeyring([first, former])

const egress = createEgress({ allow: [], requireHttps: true })

let database: TestDatabase
let endpointId: Id<'endpoint'>
beforeAll(async () => {
  database = await createTestDatabase()
  endpointId = newId('endpoint')
  await database.pool.query(`insert into ringback.tenants (id) values ('acme')`)
  await database.pool.query(
    `insert into ringback.endpoints (id, tenant_id, url) values ($1, 'acme', 'https://example.com/')`,
    [endpointId],
  )
})
afterAll(async () => {
  egress.close()
  await database.drop()
})
beforeEach(() => database.db.delete(endpointSecrets))

/** @returns what each secret says */
async function plant(count: number, keyring: Keyring): Promise<Map<string, string>> {
  const rows = Array.from({ length: count }, (_, i) => ({ id: newId('secret'), plaintext: `secret ${i}` }))
  await database.db.insert(endpointSecrets).values(
    rows.map(({ id, plaintext }) => ({
      id,
      tenantId: 'acme',
      endpointId,
      sealed: keyring.seal(plaintext, id),
    })),
  )
  return new Map(rows.map(({ id, plaintext }) => [id, plaintext]))
}

async function opened(keyring: Keyring): Promise<Map<string, string>> {
  const rows = await database.db.select().from(endpointSecrets).orderBy(endpointSecrets.id)
  return new Map(rows.map(({ id, sealed }) => [id, keyring.open(sealed, id).toString()]))
}

function recording() {
  const lines: string[] = []
  const log: Log = {
    ...silentLog,
    info: (_, message) => lines.push(`info ${message}`),
    warn: (_, message) => lines.push(`warn ${message}`),
  }
  return { lines, log }
}

const HOUR = 3_600_000

/** Gives the duty its turns until it rests. */
async function untilItRests(duty: ReturnType<typeof reseal>): Promise<number> {
  for (let turns = 1; ; turns++) if ((await duty.run()) === HOUR) return turns
}

test('once resealed, in pages, every secret opens without the former key, and the log says so once', async () => {
  const planted = await plant(1_234, createKeyring([former]))
  const { lines, log } = recording()
  const duty = reseal({ db: database.db, keyring: both, log })
  expect(await untilItRests(duty)).toBe(3)
  expect(await opened(createKeyring([first]))).toEqual(planted)
  expect(lines).toEqual([expect.stringMatching(/^info The first master key seals every signing secret/)])
  await duty.run()
  expect(lines).toHaveLength(1)
})

test('a process that ends in the middle leaves each page done or not done, and another goes on', async () => {
  const planted = await plant(1_234, createKeyring([former]))
  await reseal({ db: database.db, keyring: both, log: silentLog }).run()

  let sealed = 0
  const dying: Keyring = {
    ...both,
    seal(plaintext, id) {
      if (++sealed === 100) throw new Error('the process ends here')
      return both.seal(plaintext, id)
    },
  }
  await expect(reseal({ db: database.db, keyring: dying, log: silentLog }).run()).rejects.toThrow('ends here')
  expect(await countBy(first)).toBe(500)

  await untilItRests(reseal({ db: database.db, keyring: both, log: silentLog }))
  expect(await opened(createKeyring([first]))).toEqual(planted)
})

test('headers of endpoints are sealed anew too, and open without the former key', async () => {
  const ids = Array.from({ length: 600 }, () => newId('endpoint'))
  const planted = { 'x-a': 'one', 'X-B': 'two' }
  await database.db.insert(endpoints).values(
    ids.map((id) => ({
      id,
      tenantId: 'acme',
      url: 'https://example.com/',
      headers: {
        ...sealHeaders(createKeyring([former]), id, { 'x-a': 'one' }),
        // One that was changed since.
        ...sealHeaders(both, id, { 'X-B': 'two' }),
      },
    })),
  )
  const { lines, log } = recording()
  await untilItRests(reseal({ db: database.db, keyring: both, log }))
  const rows = await database.db.select().from(endpoints).where(inArray(endpoints.id, ids))
  for (const { id, headers } of rows)
    expect(openHeaders(createKeyring([first]), id, headers)).toEqual(planted)
  expect(lines).toEqual([expect.stringMatching(/^info The first master key seals every/)])
})

test('a change that leaves a header as it is, made meanwhile, leaves it as it is sealed then', async () => {
  const id = newId('endpoint')
  const headers = sealHeaders(createKeyring([former]), id, { 'x-a': 'one' })
  await database.db.insert(endpoints).values({ id, tenantId: 'acme', url: 'https://example.com/', headers })
  let changing: Promise<unknown> = Promise.resolve()
  await database.db.transaction(async (tx) => {
    const rows = await HEADERS.take(tx, both.head, null, 10)
    await HEADERS.replace(
      tx,
      rows.map((row) => HEADERS.sealAnew(both, row)),
    )
    const change = { headers: { 'x-a': HIDDEN_VALUE } }
    changing = database.db.transaction((other) =>
      changeEndpoint(other, { by: SYSTEM, ids: newId, keyring: both, egress }, 'acme', id, change),
    )
    await until(waiting, (count) => count === 1, 'the change to wait for the endpoint')
  })
  await changing
  const [row] = await database.db.select().from(endpoints).where(eq(endpoints.id, id))
  expect(openHeaders(createKeyring([first]), id, row!.headers)).toEqual({ 'x-a': 'one' })
})

/** How many transactions wait for a lock. */
const waiting = async (): Promise<number> => {
  const { rows } = await database.pool.query(
    `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  )
  return rows.length
}

test('a header that no key opens is told of', async () => {
  const id = newId('endpoint')
  const headers = sealHeaders(createKeyring([stranger]), id, { 'x-a': 'one' })
  await database.db.insert(endpoints).values({ id, tenantId: 'acme', url: 'https://example.com/', headers })
  const { lines, log } = recording()
  await untilItRests(reseal({ db: database.db, keyring: both, log }))
  expect(lines).toEqual([expect.stringMatching(/^warn No key of RINGBACK_MASTER_KEY opens/)])
  await database.db.delete(endpoints).where(eq(endpoints.id, id))
})

test('several processes at once do the work once', async () => {
  const planted = await plant(3_000, createKeyring([former]))
  let sealed = 0
  const counting: Keyring = {
    ...both,
    seal(plaintext, id) {
      sealed++
      return both.seal(plaintext, id)
    },
  }
  const duties = Array.from({ length: 3 }, () =>
    reseal({ db: database.db, keyring: counting, log: silentLog }),
  )
  await Promise.all(duties.map(untilItRests))
  expect(await opened(createKeyring([first]))).toEqual(planted)
  expect(sealed).toBe(3_000)
})

test('a secret that no key opens does not stand in the way, and the log says that keys are missing', async () => {
  await plant(600, createKeyring([stranger]))
  const planted = await plant(600, createKeyring([former]))
  const { lines, log } = recording()
  const duty = reseal({ db: database.db, keyring: both, log })
  await untilItRests(duty)
  await untilItRests(duty)
  expect(await countBy(first)).toBe(planted.size)
  expect(lines).toEqual([expect.stringMatching(/^warn No key of RINGBACK_MASTER_KEY opens/)])

  await untilItRests(reseal({ db: database.db, keyring: createKeyring([first, stranger]), log }))
  expect(await countBy(first)).toBe(1_200)
  expect(lines.at(-1)).toMatch(/^info The first master key seals every/)
})

test('what is sealed already is not touched', async () => {
  await plant(10, both)
  const before = await versions()
  await untilItRests(reseal({ db: database.db, keyring: both, log: silentLog }))
  expect(await versions()).toEqual(before)
})

async function countBy(key: Buffer): Promise<number> {
  const { head } = createKeyring([key])
  const rows = await database.db.select().from(endpointSecrets)
  return rows.filter(({ sealed }) => sealed.subarray(0, head.length).equals(head)).length
}

/** Postgres' own mark of each write. */
const versions = async () =>
  (await database.pool.query('select id, xmin from ringback.endpoint_secrets order by id')).rows
