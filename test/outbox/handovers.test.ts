import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventOfText } from '../../src/api/event-of-text.ts'
import { problemOf } from '../../src/api/problem.ts'
import { acceptHandovers } from '../../src/handovers/accept.ts'
import { emit, fromPg } from '../../src/outbox/index.ts'
import { silentLog } from '../../src/telemetry/log.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const accept = (changes: Partial<Parameters<typeof acceptHandovers>[0]> = {}) =>
  acceptHandovers({
    db: api.needs.db,
    log: silentLog,
    read: eventOfText,
    problemOf,
    accept: (request) => api.needs.events.accept(request),
    ...changes,
  })

async function leave(tenant: string, data: unknown) {
  const client = await api.database.pool.connect()
  await emit(fromPg(client), { tenant, type: 'left', data })
  client.release()
}

const eventsOf = async (tenant: string) =>
  (await api.ask(`GET /v1/tenants/${tenant}/events`)).json.data as { id: string }[]

const left = async () => (await api.database.pool.query('select problem from ringback.outbox')).rows

it('one process at a time accepts; the others leave it to it', async () => {
  await api.tenant('turns')
  await leave('turns', 1)
  let others: number | undefined = 1
  const done = await accept({
    async accept(request) {
      others = await accept()
      return api.needs.events.accept(request)
    },
  })
  expect([done, others]).toEqual([1, undefined])
  expect(await eventsOf('turns')).toHaveLength(1)
  expect(await left()).toEqual([])
})

it('what two processes see becomes one event', async () => {
  await api.tenant('once')
  await leave('once', 1)
  await accept({
    async accept(request) {
      await api.needs.events.accept(request)
      // As another process would, which saw the row before it was taken away.
      return api.needs.events.accept(request)
    },
  })
  expect(await accept()).toBe(0)
  expect(await eventsOf('once')).toHaveLength(1)
  expect(await left()).toEqual([])
})

it('an outage leaves all as it was', async () => {
  await api.tenant('away')
  await leave('away', 1)
  const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
  await expect(accept({ accept: () => Promise.reject(away) })).rejects.toBe(away)
  expect(await left()).toEqual([{ problem: null }])
  await accept()
  expect(await eventsOf('away')).toHaveLength(1)
})

it('a fault of ours strikes the one event that it is in, and is kept beside it', async () => {
  await api.tenant('fault')
  await leave('fault', 'bad')
  await leave('fault', 'good')
  await accept({
    async accept(request) {
      if (request.value === 'bad') throw new TypeError('a bug')
      return api.needs.events.accept(request)
    },
  })
  expect(await eventsOf('fault')).toHaveLength(1)
  expect(await left()).toMatchObject([{ problem: { status: 500, code: 'internal_error' } }])
})
