import { expect, test } from 'vitest'
import { partOf } from '../../src/api/part.ts'
import { openDatabase } from '../../src/db/open.ts'
import { StartRefused, unavailable } from '../../src/errors.ts'
import { freePort } from '../setup/free-port.ts'

test('a part that answers is well', async () => {
  expect(await partOf(async () => 'an answer')).toEqual({ ok: true })
})

test('of a part that is away everybody may know what is wrong, and nobody where it lives', async () => {
  const port = await freePort()
  const database = openDatabase({ url: `postgres://x:secret@127.0.0.1:${port}/x`, poolSize: 1, onError() {} })
  expect(await partOf(() => database.ping())).toEqual({ ok: false, detail: 'ECONNREFUSED' })
  await database.close()
})

test('what broke behind an error of ours is told, and what has no name is not', async () => {
  const gone = new Error('getaddrinfo ENOTFOUND pg.internal')
  const queue = unavailable(
    'The queue failed: getaddrinfo ENOTFOUND pg.internal',
    Object.assign(gone, { code: 'ENOTFOUND' }),
  )
  expect(await partOf(() => Promise.reject(queue))).toEqual({ ok: false, detail: 'ENOTFOUND' })
  for (const other of [
    new Error('pg.internal is away'),
    'pg.internal',
    unavailable('Redis is away: pg.internal'),
  ])
    expect(await partOf(() => Promise.reject(other))).toEqual({ ok: false, detail: 'does not answer' })
})

test('what an operator has to cure is told, with the cure', async () => {
  const cure = 'Redis may evict jobs. Set maxmemory-policy to noeviction.'
  const failed = unavailable('The queue failed.', new StartRefused(cure))
  expect(await partOf(() => Promise.reject(failed))).toEqual({ ok: false, detail: cure })
})
