import { drizzle } from 'drizzle-orm/node-postgres'
import knex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ringback as Client } from '../../src/client/index.ts'
import {
  emit,
  fromDrizzle,
  fromKnex,
  fromKysely,
  fromPg,
  fromPostgresJs,
  fromPrisma,
  type Transaction,
} from '../../src/outbox/index.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { until } from '../setup/until.ts'
import { expectEventsOfOrders, orderUnderFire } from './killed.ts'
import { openPrisma } from './prisma-client.ts'

let ringback: TestRingback
let client: Client
let pool: pg.Pool
beforeAll(async () => {
  ringback = await startRingback()
  client = new Client({ baseUrl: ringback.url, apiKey: ringback.key })
  pool = ringback.database.pool
  await pool.query('create table orders (n integer primary key)')
  await client.tenants.put('acme')
})
afterAll(() => ringback.stop())

const ROLLED_BACK = new Error('rolled back')

/** Does work in a transaction of each library, to be committed unless it throws. */
const LIBRARIES: Record<string, (work: (tx: Transaction) => Promise<void>) => Promise<void>> = {
  async pg(work) {
    const one = await pool.connect()
    try {
      await one.query('begin')
      await work(fromPg(one))
      await one.query('commit')
    } catch (error) {
      await one.query('rollback')
      throw error
    } finally {
      one.release()
    }
  },
  drizzle: (work) => drizzle(pool).transaction((tx) => work(fromDrizzle(tx))),
  async knex(work) {
    const db = knex({ client: 'pg', connection: ringback.database.url })
    await db.transaction((trx) => work(fromKnex(trx))).finally(() => db.destroy())
  },
  async kysely(work) {
    const own = new pg.Pool({ connectionString: ringback.database.url })
    const db = new Kysely<object>({ dialect: new PostgresDialect({ pool: own }) })
    await db
      .transaction()
      .execute((trx) => work(fromKysely(trx)))
      .finally(() => db.destroy())
  },
  async 'postgres.js'(work) {
    const sql = postgres(ringback.database.url)
    await sql.begin((tx) => work(fromPostgresJs(tx))).finally(() => sql.end())
  },
  async prisma(work) {
    const prisma = openPrisma(ringback.database.url)
    await prisma.$transaction((tx) => work(fromPrisma(tx))).finally(() => prisma.$disconnect())
  },
}

/** What breaks statements that are put together by hand. */
const ODD = { text: `'; drop table x; -- \\' \\\\ $1 $2 ? ?? :name "q" é \u2028 {}`, n: 1 }

describe.each(Object.keys(LIBRARIES))('in a transaction of %s', (name) => {
  const inTransaction = LIBRARIES[name]!

  it('an event is accepted once it is committed, with its data as it was, and never was when it is not', async () => {
    const type = `${name.replace('.', '-')}.tried`
    const rolledBack = inTransaction(async (tx) => {
      await emit(tx, { tenant: 'acme', type, data: 'never' })
      throw ROLLED_BACK
    })
    await expect(rolledBack).rejects.toThrow(ROLLED_BACK)
    const occurredAt = new Date('2026-01-02T03:04:05.678Z')
    await inTransaction((tx) =>
      emit(tx, { tenant: 'acme', type, data: ODD, id: `own-${name}`, occurredAt, metadata: { by: name } }),
    )
    const [event, ...others] = await until(
      async () => (await client.events.list('acme', { type }).page()).data,
      (found) => found.length > 0,
      'the event',
    )
    expect(others).toEqual([])
    expect(await client.events.get('acme', event!.id)).toMatchObject({
      data: ODD,
      externalId: `own-${name}`,
      occurredAt: occurredAt.toISOString(),
      metadata: { by: name },
    })
  })
})

describe('what is refused once it is committed', () => {
  it('is kept with its problem, and holds up nothing; it can be tried again, or discarded', async () => {
    await LIBRARIES.pg!(async (tx) => {
      await emit(tx, { tenant: 'nobody-yet', type: 'a', data: 1 })
      await emit(tx, { tenant: 'acme', type: 'no type', data: 1 })
      await emit(tx, { tenant: 'acme', type: 'behind.it', data: 1 })
    })
    await until(
      async () => (await client.events.list('acme', { type: 'behind.it' }).page()).data.length,
      (count) => count === 1,
      'the event behind',
    )
    const refused = await until(
      async () => (await client.events.listRefused().page()).data,
      (rows) => rows.length === 2,
      'the refused',
    )
    expect(refused).toMatchObject([
      { tenantId: 'acme', problem: { code: 'validation_failed', errors: [{ path: 'type' }] } },
      { tenantId: 'nobody-yet', problem: { code: 'not_found' }, event: { type: 'a', data: 1 } },
    ])

    await client.tenants.put('nobody-yet')
    await client.events.retryRefused(refused[1]!.id)
    await until(
      async () => (await client.events.list('nobody-yet').page()).data.length,
      (count) => count === 1,
      'the event that was tried again',
    )
    await client.events.discardRefused(refused[0]!.id)
    expect((await client.events.listRefused().page()).data).toEqual([])
  })

  it('is said before the commit where it can be: what is no JSON, and a table that cannot be one', async () => {
    const nowhere: Transaction = { execute: async () => expect.unreachable() }
    await expect(emit(nowhere, { tenant: 'acme', type: 'a', data: undefined })).rejects.toThrow(TypeError)
    await expect(emit(nowhere, { tenant: 'acme', type: 'a', data: 1n })).rejects.toThrow(TypeError)
    const table = 'x; drop table y'
    await expect(emit(nowhere, { tenant: 'acme', type: 'a', data: 1 }, { table })).rejects.toThrow(TypeError)
  })
})

describe('under fire', () => {
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await startReceiver()
    await client.tenants.put('fire')
    await client.endpoints.create('fire', { url: receiver.url })
  })
  afterAll(() => receiver.close())

  it('of 1,000 transactions, half rolled back, their hosts killed, the events that exist are those committed, each delivered', async () => {
    const table = 'ringback.outbox'
    await orderUnderFire({ url: ringback.database.url, table, tenant: 'fire' })
    await expectEventsOfOrders(pool, table, client, 'fire', receiver)
  }, 240_000)
})
