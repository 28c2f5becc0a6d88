/** What was handed over is data of a tenant: it goes with it, and by its days. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { DAY, MINUTE } from '../../src/duration.ts'
import { emit, fromPg } from '../../src/outbox/index.ts'
import { keepDays } from '../../src/upkeep/keep-days.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
beforeEach(() => api.database.pool.query('truncate ringback.outbox'))
afterAll(() => api.close())

async function leave(tenant: string) {
  const client = await api.database.pool.connect()
  await emit(fromPg(client), { tenant, type: 'left', data: { secret: tenant } })
  client.release()
}

const refuseAll = () =>
  api.database.pool.query(
    `update ringback.outbox set refused_at = now(), problem = '{"status":422,"code":"a","detail":"b","errors":[]}'`,
  )

const owners = async () =>
  (await api.database.pool.query<{ tenant_id: string }>('select tenant_id from ringback.outbox')).rows.map(
    ({ tenant_id }) => tenant_id,
  )

it.each(['', '?erase=true'])(
  'a tenant that is deleted%s takes along what waits and what was refused',
  async (how) => {
    await api.tenant('leaving')
    await api.tenant('staying')
    for (const tenant of ['leaving', 'staying']) await leave(tenant)
    await refuseAll()
    await leave('leaving')
    await api.ask(`DELETE /v1/tenants/leaving${how}`)
    expect(await owners()).toEqual(['staying'])
  },
)

it('what a host was about to commit when its tenant was deleted to be erased, is erased too', async () => {
  await api.tenant('erased')
  const host = await api.database.pool.connect()
  await host.query('begin')
  await emit(fromPg(host), { tenant: 'erased', type: 'left', data: 1 })
  await api.ask('DELETE /v1/tenants/erased?erase=true')
  await host.query('commit')
  host.release()
  expect(await owners()).toEqual(['erased'])
  const later = { now: () => systemClock.now() + 2 * MINUTE }
  await keepDays({ db: api.database.db, clock: later, eventDays: 90, payloadDays: null }).run()
  expect(await owners()).toEqual([])
})

it.each([
  { eventDays: 30, payloadDays: null },
  { eventDays: 90, payloadDays: 30 },
])('what was refused leaves after the days of data, and what waits does not: %o', async (days) => {
  await leave('refused')
  await refuseAll()
  await leave('waiting')
  const after = (ms: number) => ({ now: () => systemClock.now() + ms })
  await keepDays({ db: api.database.db, clock: after(29 * DAY), ...days }).run()
  expect(await owners()).toEqual(['refused', 'waiting'])
  await keepDays({ db: api.database.db, clock: after(31 * DAY), ...days }).run()
  expect(await owners()).toEqual(['waiting'])
})
