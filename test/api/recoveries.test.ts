/** Recoveries, as the table "Deliveries, attempts, retry" of the HTTP contract has them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { settleDeliveries } from '../../src/deliveries/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { advanceRecovery } from '../../src/recoveries/advance.ts'
import { createTestApi, type TestApi, type TestRequest } from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

/** A tenant of its own for every test. */
let tenant = ''
let endpointId: Id<'endpoint'>
let count = 0
beforeEach(async () => {
  tenant = `tenant-${++count}`
  endpointId = (await api.tenant(tenant)).endpointId
})

const after = new Date(Date.now() - 60_000).toISOString()

const ask = (request: string, options?: TestRequest) => {
  const [method, path] = request.split(' ')
  return api.ask(`${method} /v1/tenants/${tenant}/recoveries${path}`, options)
}

const begin = (body: object = {}, headers = {}) => ask('POST ', { body: { after, ...body }, headers })

/** Emits an event, and ends its one delivery so. */
async function deliver(status: 'failed' | 'delivered', type = 'a'): Promise<Id<'delivery'>> {
  const { json: event } = await api.ask(`POST /v1/tenants/${tenant}/events`, { body: { type, data: 1 } })
  const { json } = await api.ask(`GET /v1/tenants/${tenant}/deliveries?eventId=${event.id}`)
  const { id } = json.data[0]
  await settle(id, 1, status)
  return id
}

const settle = (id: Id<'delivery'>, number: number, status: 'failed' | 'delivered') =>
  settleDeliveries(api.database.db, [
    { id, number, status, answer: status === 'delivered' ? '2xx' : '5xx', dueInMs: null, reason: null },
  ])

/** As the duty of upkeep would. */
const step = (id: Id<'recovery'>, most = 100) =>
  advanceRecovery({ db: api.database.db, ids: newId }, { id, tenantId: tenant }, most)

describe('POST .../recoveries', () => {
  it('begins a recovery of what failed, and shows its progress', async () => {
    const failed = await deliver('failed')
    await deliver('delivered')
    const { status, json: recovery } = await begin()
    expect(status).toBe(202)
    expect(recovery).toEqual({
      id: expect.stringMatching(/^rcv_/),
      tenantId: tenant,
      status: 'running',
      matched: 1,
      started: 0,
      done: 0,
      failed: 0,
      held: 0,
      filter: {
        endpointId: null,
        status: ['failed'],
        eventType: null,
        after,
        before: expect.any(String),
        includeUnsent: false,
      },
      perSecond: 50,
      createdAt: expect.any(String),
      finishedAt: null,
    })
    expect((await ask(`GET /${recovery.id}`)).json).toEqual(recovery)

    await step(recovery.id)
    expect((await ask(`GET /${recovery.id}`)).json).toMatchObject({ status: 'running', started: 1, done: 0 })
    await settle(failed, 2, 'delivered')
    await step(recovery.id)
    expect((await ask(`GET /${recovery.id}`)).json).toMatchObject({
      status: 'finished',
      matched: 1,
      started: 1,
      done: 1,
      failed: 0,
      finishedAt: expect.any(String),
    })
  })

  it('is refused beyond ten at work, and taken again when one is paused; a dry run always', async () => {
    await deliver('failed')
    const begun = await Promise.all(Array.from({ length: 12 }, () => begin()))
    expect(begun.map(({ status }) => status).toSorted()).toEqual([...Array(10).fill(202), 422, 422])
    expect(begun.find(({ status }) => status === 422)!.json.code).toBe('too_many_recoveries')
    expect((await begin({ dryRun: true })).status).toBe(202)

    const one = begun.find(({ status }) => status === 202)!.json
    await ask(`POST /${one.id}/pause`)
    expect((await begin()).status).toBe(202)
    const resumed = await ask(`POST /${one.id}/resume`)
    expect([resumed.status, resumed.json.code]).toEqual([422, 'too_many_recoveries'])
    expect((await ask(`GET /${one.id}`)).json.status).toBe('paused')
  })

  it('holds what goes to a disabled endpoint, says how much, and runs until it is on again', async () => {
    const failed = await deliver('failed')
    await api.ask(`POST /v1/tenants/${tenant}/endpoints/${endpointId}/disable`)
    const { json: recovery } = await begin()
    await step(recovery.id)
    await step(recovery.id)
    const standing = async () => (await ask(`GET /${recovery.id}`)).json
    expect(await standing()).toMatchObject({ status: 'running', started: 1, held: 1, failed: 0 })
    await api.ask(`POST /v1/tenants/${tenant}/endpoints/${endpointId}/enable`)
    expect(await standing()).toMatchObject({ status: 'running', started: 1, held: 0 })
    await settle(failed, 2, 'delivered')
    await step(recovery.id)
    expect(await standing()).toMatchObject({ status: 'finished', done: 1 })
  })

  it('counts those that failed again', async () => {
    const [again, well] = [await deliver('failed'), await deliver('failed')]
    const { json: recovery } = await begin()
    await step(recovery.id)
    await settle(again, 2, 'failed')
    await settle(well, 2, 'delivered')
    expect((await ask(`GET /${recovery.id}`)).json).toMatchObject({ matched: 2, done: 1, failed: 1 })
  })

  it('takes every part of its filter, and its pace', async () => {
    await deliver('delivered', 'b')
    const before = new Date(Date.now() - 30_000).toISOString()
    const filter = { endpointId, status: ['delivered', 'canceled'], eventType: 'b', includeUnsent: true }
    const { json } = await begin({ ...filter, perSecond: 1_000 })
    expect(json).toMatchObject({ matched: 1, perSecond: 1_000, filter: { ...filter, after } })
    expect((await begin({ ...filter, before })).json).toMatchObject({ matched: 0, filter: { before } })
  })

  it('ends now at the latest: what is still to come is nobody’s to recover', async () => {
    const { json } = await begin({ before: '2999-01-01T00:00:00Z' })
    expect(new Date(json.filter.before).getTime()).toBeLessThanOrEqual(Date.parse(json.createdAt) + 1)
  })

  it('only counts in a dry run', async () => {
    const id = await deliver('failed')
    const { status, json } = await begin({ dryRun: true })
    expect(status).toBe(202)
    expect(json).toMatchObject({ id: null, status: null, matched: 1, started: 0, done: 0, failed: 0 })
    expect((await ask('GET ')).json.data).toEqual([])
    expect((await api.ask(`GET /v1/tenants/${tenant}/deliveries/${id}`)).json.status).toBe('failed')
  })

  it('counts what was never sent in a dry run too, and makes nothing', async () => {
    const other = await api.ask(`POST /v1/tenants/${tenant}/endpoints`, {
      body: { url: 'https://example.org/', subscriptions: [] },
    })
    await deliver('delivered')
    await api.ask(`POST /v1/tenants/${tenant}/endpoints/${other.json.id}/subscriptions`, {
      body: { eventTypes: ['*'] },
    })
    const { json } = await begin({ includeUnsent: true, dryRun: true })
    expect(json.matched).toBe(1)
    expect((await api.ask(`GET /v1/tenants/${tenant}/deliveries`)).json.data).toHaveLength(1)
  })

  it('begins once per Idempotency-Key', async () => {
    const headers = { 'Idempotency-Key': `key of ${tenant}` }
    const first = await begin({}, headers)
    const again = await begin({}, headers)
    expect(again.status).toBe(202)
    expect(again.text).toBe(first.text)
    expect((await begin({ perSecond: 1 }, headers)).json.code).toBe('idempotency_key_reused')
    expect((await ask('GET ')).json.data).toHaveLength(1)
  })

  it.each([
    ['no beginning', { after: undefined }, 'after'],
    ['an end before its beginning', { before: '1999-01-01T00:00:00Z' }, 'after'],
    ['a beginning in the future', { after: '2999-01-01T00:00:00Z' }, 'after'],
    ['a status that waits', { status: ['pending'] }, 'status[0]'],
    ['no status', { status: [] }, 'status'],
    ['no pace', { perSecond: 0 }, 'perSecond'],
    ['too quick a pace', { perSecond: 1_001 }, 'perSecond'],
    ['a pattern for a type', { eventType: 'a.*' }, 'eventType'],
    ['an unknown field', { limit: 1 }, 'limit'],
  ])('refuses %s', async (_, body, path) => {
    const { status, json } = await begin(body)
    expect(status).toBe(422)
    expect(json).toMatchObject({ code: 'validation_failed', errors: [{ path }] })
  })

  it("finds neither a tenant that is not there nor another tenant's endpoint", async () => {
    const stranger = await api.tenant(`stranger-of-${tenant}`)
    for (const dryRun of [false, true])
      expect((await begin({ endpointId: stranger.endpointId, dryRun })).status).toBe(404)
    const nobody = await api.ask('POST /v1/tenants/nobody/recoveries', { body: { after } })
    expect(nobody.status).toBe(404)
  })
})

describe('GET .../recoveries', () => {
  it('lists them, the newest first, page by page, with their progress', async () => {
    const id = await deliver('failed')
    const [first, second] = [(await begin()).json, (await begin()).json]
    await step(first.id)
    await settle(id, 2, 'delivered')
    const page = (await ask('GET ?limit=1')).json
    expect(page.data).toMatchObject([{ id: second.id, done: 0 }])
    const next = (await ask(`GET ?limit=1&cursor=${page.nextCursor}`)).json
    expect(next).toMatchObject({ data: [{ id: first.id, done: 1 }], nextCursor: null })
  })

  it('knows no tenant that is not there', async () => {
    expect((await api.ask('GET /v1/tenants/nobody/recoveries')).status).toBe(404)
  })
})

describe('POST .../recoveries/{recovery}/pause, /resume and /cancel', () => {
  it('pauses, lets go on and cancels', async () => {
    await deliver('failed')
    const { json: recovery } = await begin()
    const pause = await ask(`POST /${recovery.id}/pause`)
    expect(pause.status).toBe(200)
    expect(pause.json).toEqual({ ...recovery, status: 'paused' })
    expect((await ask(`POST /${recovery.id}/resume`)).json).toEqual(recovery)
    expect((await ask(`POST /${recovery.id}/cancel`)).json).toEqual({ ...recovery, status: 'canceled' })
  })

  it('refuses when there is nothing left to change', async () => {
    const { json: recovery } = await begin()
    await step(recovery.id)
    for (const verb of ['pause', 'resume', 'cancel']) {
      const { status, json } = await ask(`POST /${recovery.id}/${verb}`)
      expect(status).toBe(409)
      expect(json.code).toBe('recovery_final')
    }
  })

  it("finds neither what is not there nor another tenant's", async () => {
    const { json: recovery } = await begin()
    const absent = newId('recovery')
    await api.tenant(`stranger-of-${tenant}`)
    for (const [method, verb] of [
      ['GET', ''],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/cancel'],
    ]) {
      const none = await ask(`${method} /${absent}${verb}`)
      expect(none.status).toBe(404)
      const foreign = await api.ask(
        `${method} /v1/tenants/stranger-of-${tenant}/recoveries/${recovery.id}${verb}`,
      )
      expect(foreign.status).toBe(404)
      expect(foreign.json).toEqual(none.json)
    }
    expect((await ask(`GET /${recovery.id}`)).json.status).toBe('running')
  })
})
