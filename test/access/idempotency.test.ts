import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdempotency, type Idempotency } from '../../src/access/idempotency.ts'
import { fingerprintOf } from '../../src/access/idempotency-key.ts'
import { insertAnswers } from '../../src/access/store.ts'
import type { Db } from '../../src/db/open.ts'
import { createKeyring } from '../../src/sealing/keyring.ts'
import { createTestDatabase, type TestDatabase } from '../setup/database.ts'

let database: TestDatabase
let idempotency: Idempotency
beforeAll(async () => {
  database = await createTestDatabase()
  idempotency = createIdempotency({ db: database.db, keyring: createKeyring([randomBytes(32)]) })
  await database.db.execute(sql`create table things (name text)`)
})
afterAll(() => database.drop())

const request = (key: string, body = '{}') => ({
  owner: 'admin',
  key,
  fingerprint: fingerprintOf('POST', '/v1/x', body),
})

const make = (name: string) => async (tx: Db) => {
  await tx.execute(sql`insert into things values (${name})`)
  return { status: 201, body: `{"name":"${name}"}` }
}

async function made(name: string): Promise<number> {
  const { rows } = await database.db.execute<{ n: number }>(
    sql`select count(*)::int as n from things where name = ${name}`,
  )
  return rows[0]!.n
}

/** A promise that is settled by hand. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

describe('a request with an idempotency key', () => {
  it('sent again gets the first answer, and nothing is made twice', async () => {
    const first = await idempotency.run(request('again'), make('again'))
    const second = await idempotency.run(request('again'), make('again'))
    expect(first).toEqual({ status: 201, body: '{"name":"again"}', replayed: false })
    expect(second).toEqual({ ...first, replayed: true })
    expect(await made('again')).toBe(1)
  })

  it('is refused when the key was used for another request', async () => {
    await idempotency.run(request('reused'), make('reused'))
    await expect(idempotency.run(request('reused', '{"other":1}'), make('reused'))).rejects.toMatchObject({
      kind: 'refused',
      code: 'idempotency_key_reused',
    })
    expect(await made('reused')).toBe(1)
  })

  it('is a conflict while the first is still running', async () => {
    const started = gate()
    const goOn = gate()
    const first = idempotency.run(request('slow'), async (tx) => {
      started.open()
      await goOn.opened
      return make('slow')(tx)
    })
    await started.opened
    await expect(idempotency.run(request('slow'), make('slow'))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'idempotency_in_progress',
    })
    goOn.open()
    await first
    expect(await made('slow')).toBe(1)
  })

  it('that failed may be tried again: neither its work nor its answer was kept', async () => {
    const failing = async (tx: Db) => {
      await make('failed')(tx)
      throw new Error('after the insert')
    }
    await expect(idempotency.run(request('failed'), failing)).rejects.toThrow('after the insert')
    expect(await made('failed')).toBe(0)
    expect(await idempotency.run(request('failed'), make('failed'))).toMatchObject({ replayed: false })
    expect(await made('failed')).toBe(1)
  })

  it('does not share it with another owner', async () => {
    await idempotency.run(request('shared'), make('shared'))
    const other = await idempotency.run({ ...request('shared'), owner: 'somebody else' }, make('shared'))
    expect(other.replayed).toBe(false)
    expect(await made('shared')).toBe(2)
  })

  it('makes one thing however many come at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => idempotency.run(request('at once'), make('at once'))),
    )
    expect(await made('at once')).toBe(1)
    const refusals = results.filter((result) => result.status === 'rejected')
    for (const { reason } of refusals) expect(reason).toMatchObject({ code: 'idempotency_in_progress' })
    expect(results.length - refusals.length).toBeGreaterThanOrEqual(1)
  })

  it('gives way when the key was taken in between by what keeps answers without its lock', async () => {
    const taking = idempotency.run(request('in between'), async (tx) => {
      await insertAnswers(database.db, [
        { ...request('in between'), status: 202, body: Buffer.from('sealed') },
      ])
      return make('in between')(tx)
    })
    await expect(taking).rejects.toMatchObject({ code: 'idempotency_in_progress' })
    expect(await made('in between')).toBe(0)
  })

  it('keeps its answer sealed: a secret that is shown once does not lie readable in the database', async () => {
    await idempotency.run(request('sealed'), async () => ({ status: 201, body: 'whsec_a_secret' }))
    const { rows } = await database.db.execute<{ body: Buffer }>(
      sql`select body from ringback.idempotency_keys where key = 'sealed'`,
    )
    expect(rows[0]!.body.includes('whsec_a_secret')).toBe(false)
  })
})

describe('a request that is done in parts', () => {
  const inParts = (key: string, body: string, answer: string, final = true) =>
    idempotency.runInParts(request(key, body), async () => ({ status: 202, body: answer, final }))

  it('sent again gets the first answer, and with another body is refused', async () => {
    expect(await inParts('parts', '{}', 'first')).toEqual({ status: 202, body: 'first', replayed: false })
    expect(await inParts('parts', '{}', 'other')).toEqual({ status: 202, body: 'first', replayed: true })
    await expect(inParts('parts', '[]', 'other')).rejects.toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('that died in the middle is begun again, by the same request alone', async () => {
    const dying = idempotency.runInParts(request('dead'), () => Promise.reject(new Error('died')))
    await expect(dying).rejects.toThrow('died')
    await expect(inParts('dead', '[]', 'other')).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    await expect(idempotency.run(request('dead', '[]'), make('dead'))).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
    expect(await inParts('dead', '{}', 'alive')).toMatchObject({ body: 'alive', replayed: false })
  })

  it('keeps no answer that a later try may better', async () => {
    expect(await inParts('better', '{}', 'half', false)).toMatchObject({ body: 'half' })
    expect(await inParts('better', '{}', 'whole')).toMatchObject({ body: 'whole', replayed: false })
    expect(await inParts('better', '{}', 'other')).toMatchObject({ body: 'whole', replayed: true })
  })

  it('has one answer, that of the first to end, however many run side by side', async () => {
    const goOn = gate()
    const slow = idempotency.runInParts(request('beside'), async () => {
      await goOn.opened
      return { status: 202, body: 'slow', final: true }
    })
    expect(await inParts('beside', '{}', 'quick')).toMatchObject({ body: 'quick' })
    goOn.open()
    expect(await slow).toMatchObject({ body: 'quick', replayed: true })
  })

  it('is free again after its day, begun or answered', async () => {
    await inParts('old', '{}', 'first')
    await database.db.execute(
      sql`update ringback.idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'`,
    )
    expect(await inParts('old', '[]', 'second')).toMatchObject({ body: 'second', replayed: false })
    expect(await inParts('old', '[]', 'third')).toMatchObject({ body: 'second', replayed: true })
  })

  it('is done every time without a key', async () => {
    const work = async () => ({ status: 202, body: 'x', final: true })
    expect(await idempotency.runInParts(undefined, work)).toMatchObject({ replayed: false })
    expect(await idempotency.runInParts(undefined, work)).toMatchObject({ replayed: false })
  })
})

describe('a request without an idempotency key', () => {
  it('is done every time, in a transaction', async () => {
    await idempotency.run(undefined, make('without'))
    await idempotency.run(undefined, make('without'))
    await expect(
      idempotency.run(undefined, async (tx) => {
        await make('without')(tx)
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    expect(await made('without')).toBe(2)
  })
})
