import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../../src/api/app.ts'
import { type Problem, problemOf } from '../../src/api/problem.ts'
import { openDatabase } from '../../src/db/open.ts'
import { isOutage } from '../../src/db/outage.ts'
import { readFromPrimary } from '../../src/db/replica.ts'
import {
  conflict,
  type ErrorKind,
  malformed,
  notFound,
  RingbackError,
  refused,
  tooLarge,
  unavailable,
} from '../../src/errors.ts'
import { type Log, silentLog } from '../../src/telemetry/log.ts'
import { startFaultyLine } from '../chaos/faulty-line.ts'
import { ask, createTestApi, type TestApi } from './test-api.ts'

describe('a problem', () => {
  it.each<[ErrorKind, number]>([
    ['malformed', 400],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['not_found', 404],
    ['conflict', 409],
    ['too_large', 413],
    ['unsupported_media_type', 415],
    ['refused', 422],
    ['rate_limited', 429],
    ['unavailable', 503],
  ])('of kind %s has the status %i', (kind, status) => {
    expect(problemOf(new RingbackError(kind, 'a_code', 'In words.'))).toMatchObject({
      type: 'about:blank',
      title: expect.stringMatching(/^[A-Z]/),
      status,
      detail: 'In words.',
      code: 'a_code',
      errors: [],
    })
  })

  it('carries the faults', () => {
    const faults = [{ path: 'data.amount', message: 'must be a number' }]
    expect(problemOf(refused('schema_violation', 'No.', faults))).toMatchObject({ errors: faults })
  })

  it.each([
    new Error('select secret from keys'),
    new TypeError('x is not a function'),
    'a text',
    undefined,
    Object.assign(new Error('duplicate key (secret)'), { code: '23505' }),
  ])('of what nobody foresaw says nothing of it: %s', (error) => {
    const problem: Problem = problemOf(error)
    expect(problem).toMatchObject({ status: 500, code: 'internal_error' })
    expect(JSON.stringify(problem)).not.toMatch(/secret|function|a text/)
  })
})

describe('what a program may rely on', () => {
  it('is the code of each cause', () => {
    expect(
      [
        malformed('m', ''),
        refused('r', ''),
        notFound('x'),
        conflict('c', ''),
        tooLarge(''),
        unavailable(''),
      ].map((error) => problemOf(error).code),
    ).toEqual(['m', 'r', 'not_found', 'c', 'payload_too_large', 'unavailable'])
  })
})

describe('with Postgres away', () => {
  let real: TestApi
  let logged: { fields: object; message: string }[]
  const log: Log = { ...silentLog, error: (fields, message) => logged.push({ fields, message }) }
  const closings: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    real = await createTestApi()
  })
  afterEach(async () => {
    for (const close of closings.splice(0)) await close()
  })
  afterAll(() => real.close())

  function apiOn(url: string) {
    logged = []
    const database = openDatabase({ url, poolSize: 2, onError() {} })
    closings.push(() => database.close())
    return createApi({ ...real.needs, db: database.db, read: readFromPrimary(database.db), log })
  }

  async function portOf(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createServer(onConnection).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closings.push(async () => server.close())
    return (server.address() as AddressInfo).port
  }

  it('because nobody listens, a request is told to come back', async () => {
    const port = await portOf(() => {})
    for (const close of closings.splice(0)) await close()
    const answer = await ask(apiOn(`postgres://x@127.0.0.1:${port}/x`), 'GET /v1/tenants/acme/events')
    expect([answer.status, answer.json.code, answer.headers.get('Retry-After')]).toEqual([
      503,
      'unavailable',
      '5',
    ])
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect(logged).toMatchObject([{ fields: { code: 'unavailable' } }])
  })

  it('because it hangs up, too', async () => {
    const port = await portOf((socket) => socket.destroy())
    const answer = await ask(apiOn(`postgres://x@127.0.0.1:${port}/x`), 'GET /v1/tenants/acme/events')
    expect(answer.status).toBe(503)
  })

  it('because the line to it died without a word, too', { timeout: 60_000 }, async () => {
    const url = new URL(real.database.url)
    const line = await startFaultyLine(Number(url.port))
    closings.push(() => line.stop())
    url.port = `${line.port}`
    const api = apiOn(url.href)
    expect((await ask(api, 'GET /v1/tenants/acme/events')).status).toBe(404)
    line.deafen()
    expect((await ask(api, 'GET /v1/tenants/acme/events')).status).toBe(503)
    line.hear()
    expect((await ask(api, 'GET /v1/tenants/acme/events')).status).toBe(404)
  })

  it('because it ends connections while they work, too', async () => {
    const { db } = real.database
    const killing = db.execute(sql`select pg_terminate_backend(pg_backend_pid())`)
    const error = await killing.catch((error: unknown) => error)
    expect(isOutage(error)).toBe(true)
  })

  it('is no excuse for a fault of ours', async () => {
    const error = await real.database.db.execute(sql`select nonsense`).catch((error: unknown) => error)
    expect(isOutage(error)).toBe(false)
    expect(problemOf(error)).toMatchObject({ status: 500 })
  })
})
