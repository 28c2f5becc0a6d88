import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Actor, SYSTEM } from '../../src/audit/entry.ts'
import { type AuditRow, listAllEntries } from '../../src/audit/store.ts'
import type { Db } from '../../src/db/open.ts'
import { changeEndpoint } from '../../src/endpoints/change.ts'
import { findEndpoint } from '../../src/endpoints/store.ts'
import { defineEventType } from '../../src/event-types/define.ts'
import { type Id, newId } from '../../src/ids.ts'
import { putTenant } from '../../src/tenants/put.ts'
import { findTenant } from '../../src/tenants/store.ts'
import { tenants } from '../../src/tenants/table.ts'
import { createTestApi, type TestApi } from '../api/test-api.ts'

const KEY: Actor = { kind: 'key', id: newId('apiKey'), name: 'ours', tenantId: null, requestId: 'r' }

let api: TestApi
let db: Db
beforeAll(async () => {
  api = await createTestApi()
  db = api.database.db
})
afterAll(() => api.close())
beforeEach(async () => {
  await db.delete(tenants)
  await api.database.pool.query('truncate ringback.audit_log')
})

const entries = (query: Partial<Parameters<typeof listAllEntries>[1]> = {}): Promise<AuditRow[]> =>
  listAllEntries(db, { limit: 1_000, ...query })

const urlOf = async (id: Id<'endpoint'>) => (await findEndpoint(db, 'acme', id))!.url

function change(tx: Db, id: Id<'endpoint'>, url: string) {
  const needs = { by: KEY, ids: newId, keyring: api.needs.keyring, egress: api.needs.egress }
  return changeEndpoint(tx, needs, 'acme', id, { url })
}

describe('a change and its entry stand or fall together', () => {
  test('when the connection dies before the commit, there is neither', async () => {
    const { endpointId } = await api.tenant('acme')
    const before = await urlOf(endpointId)
    const died = db.transaction(async (tx) => {
      await change(tx, endpointId, 'https://example.com/new')
      const { rows } = await tx.execute<{ pid: number }>('select pg_backend_pid() as pid')
      await api.database.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
      await tx.execute('select 1')
    })
    await expect(died).rejects.toThrow()
    expect(await urlOf(endpointId)).toBe(before)
    expect(await entries()).toEqual([])

    await db.transaction((tx) => change(tx, endpointId, 'https://example.com/new'))
    expect(await urlOf(endpointId)).toBe('https://example.com/new')
    expect(await entries()).toMatchObject([
      { action: 'endpoint.updated', before: { url: before }, after: { url: 'https://example.com/new' } },
    ])
  })

  test('when the entry cannot be written, nothing is changed and no secret is shown', async () => {
    await api.ask('PUT /v1/tenants/acme')
    const registered = await api.ask('POST /v1/tenants/acme/endpoints', {
      body: { url: 'https://example.com/' },
    })
    const path = `/v1/tenants/acme/endpoints/${registered.json.id}`
    const session = await api.ask('POST /v1/tenants/acme/portal-sessions')
    await api.database.pool.query(
      'alter table ringback.audit_log add constraint never check (false) not valid',
    )
    try {
      expect(await api.ask(`PATCH ${path}`, { body: { url: 'https://example.com/new' } })).toMatchObject({
        status: 500,
      })
      const shown = await api.ask(`GET ${path}/secret`)
      expect(shown).toMatchObject({ status: 500 })
      expect(shown.text).not.toContain('whsec_')
      for (const request of [
        `DELETE ${path}`,
        `POST ${path}/disable`,
        'DELETE /v1/tenants/acme',
        'PUT /v1/tenants/another',
        'PUT /v1/event-types/a.b',
        `DELETE /v1/tenants/acme/portal-sessions/${session.json.id}`,
      ])
        expect(await api.ask(request), request).toMatchObject({ status: 500 })
    } finally {
      await api.database.pool.query('alter table ringback.audit_log drop constraint never')
    }
    expect((await api.ask(`GET ${path}`)).json).toMatchObject({
      url: 'https://example.com/',
      status: 'active',
    })
    expect((await api.ask('GET /v1/tenants/another')).status).toBe(404)
    expect((await api.ask('GET /v1/event-types/a.b')).status).toBe(404)
    expect((await api.ask('GET /v1/tenants/acme/portal-sessions')).json.data).toHaveLength(1)
  })
})

describe('changes at the same time leave a chain: each begins where the one before it ended', () => {
  /** The entries of a thing, the oldest first, joined at a field. */
  async function expectChain(targetId: string, field: string, first: unknown, last: unknown, length: number) {
    const chain = (await entries({ targetId })).toReversed().filter(({ before }) => before)
    expect(chain).toHaveLength(length)
    let standing = first
    for (const { before, after } of chain) {
      expect((before as Record<string, unknown>)[field]).toEqual(standing)
      standing = (after as Record<string, unknown>)[field]
    }
    expect(standing).toEqual(last)
  }

  test('of one endpoint', async () => {
    const { endpointId } = await api.tenant('acme')
    const first = await urlOf(endpointId)
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        db.transaction((tx) => change(tx, endpointId, `https://example.com/${i}`)),
      ),
    )
    await expectChain(endpointId, 'url', first, await urlOf(endpointId), 30)
  })

  test('of one tenant, which one of them made', async () => {
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        db.transaction((tx) => putTenant(tx, { by: SYSTEM }, 'new', { name: `${i}` })),
      ),
    )
    expect(made.filter(({ created }) => created)).toHaveLength(1)
    const [creation] = await entries({ action: 'tenant.created' })
    const first = (creation!.after as { name: string }).name
    await expectChain('new', 'name', first, (await findTenant(db, 'new'))!.name, 29)
  })

  test('of one event type, which one of them made', async () => {
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        db.transaction((tx) => defineEventType(tx, { by: SYSTEM }, 'a.new', { description: `${i}` })),
      ),
    )
    expect(made.filter(({ created }) => created)).toHaveLength(1)
    const { description } = (await api.ask('GET /v1/event-types/a.new')).json
    const [creation] = await entries({ action: 'event_type.created' })
    const first = (creation!.after as { description: string }).description
    await expectChain('a.new', 'description', first, description, 29)
  })

  test('of one switch: it is never off twice without having been on between', async () => {
    const { endpointId } = await api.tenant('acme')
    const path = `/v1/tenants/acme/endpoints/${endpointId}`
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => api.ask(`POST ${path}/${i % 2 ? 'enable' : 'disable'}`)),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const actions = (await entries({ targetId: endpointId })).toReversed().map(({ action }) => action)
    expect(actions.length).toBeGreaterThan(0)
    expect(actions).toEqual(actions.map((_, i) => (i % 2 ? 'endpoint.enabled' : 'endpoint.disabled')))
  })

  test('a retry by hand and a cancellation of one delivery', async () => {
    await api.tenant('acme')
    const { json: event } = await api.ask('POST /v1/tenants/acme/events', { body: { type: 'a', data: {} } })
    const { deliveries } = (await api.ask(`GET /v1/tenants/acme/events/${event.id}`)).json
    const path = `/v1/tenants/acme/deliveries/${deliveries[0].id}`
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => api.ask(`POST ${path}/${i % 2 ? 'retry' : 'cancel'}`)),
    )
    const done = answers.filter(({ status }) => status < 300)
    await expectChain(
      deliveries[0].id,
      'status',
      'pending',
      (await api.ask(`GET ${path}`)).json.status,
      done.length,
    )
  })
})

describe('what changed nothing leaves no entry', () => {
  test('the same said again', async () => {
    await api.ask('PUT /v1/tenants/acme', { body: { name: 'Acme', metadata: { a: '1', b: '2' } } })
    const { json: endpoint } = await api.ask('POST /v1/tenants/acme/endpoints', {
      body: { url: 'https://example.com/' },
    })
    const path = `/v1/tenants/acme/endpoints/${endpoint.id}`
    await api.ask('PUT /v1/event-types/a.same', { body: { schema: { type: 'object' } } })
    await api.ask('DELETE /v1/event-types/a.same')
    await api.ask(`POST ${path}/disable`)
    const before = await entries()
    for (const [request, body] of [
      ['PUT /v1/tenants/acme', { name: 'Acme', metadata: { b: '2', a: '1' } }],
      ['DELETE /v1/event-types/a.same', undefined],
      [`PATCH ${path}`, { url: 'https://example.com/' }],
      [`PATCH ${path}/subscriptions/${endpoint.subscriptions[0].id}`, { eventTypes: ['*'] }],
      [`POST ${path}/disable`, undefined],
    ] as const)
      expect((await api.ask(request, { body })).status, request).toBeLessThan(300)
    expect(await entries()).toEqual(before)
  })

  test('what was refused, and what only counts', async () => {
    await api.tenant('acme')
    const body = { after: '2026-01-01T00:00:00Z', dryRun: true }
    expect((await api.ask('POST /v1/tenants/acme/recoveries', { body })).status).toBe(202)
    expect(
      (await api.ask('PUT /v1/event-types/a.bad', { body: { schema: { type: 'nothing' } } })).status,
    ).toBe(422)
    expect(await entries()).toEqual([])
  })

  test('a request that is sent again with its Idempotency-Key', async () => {
    const { endpointId } = await api.tenant('acme')
    const headers = { 'Idempotency-Key': 'once' }
    const send = () =>
      api.ask('POST /v1/tenants/acme/endpoints', { headers, body: { url: 'https://example.com/' } })
    expect((await send()).text).toBe((await send()).text)
    const test = () =>
      api.ask(`POST /v1/tenants/acme/endpoints/${endpointId}/test`, {
        headers: { 'Idempotency-Key': 'test' },
      })
    expect((await test()).text).toBe((await test()).text)
    expect((await entries()).map(({ action }) => action)).toEqual(['endpoint.tested', 'endpoint.created'])
  })

  test('a secret that nobody has: there is nothing to show', async () => {
    await api.tenant('acme')
    expect((await api.ask(`GET /v1/tenants/acme/endpoints/${newId('endpoint')}/secret`)).status).toBe(404)
    expect(await entries()).toEqual([])
  })
})

test('a tenant that is gone leaves its entries, the last of which says what it was', async () => {
  await api.ask('PUT /v1/tenants/leaving', { body: { name: 'Leaving' } })
  await api.ask('DELETE /v1/tenants/leaving')
  expect(await db.select().from(tenants).where(eq(tenants.id, 'leaving'))).toEqual([])
  expect(await entries({ tenantId: 'leaving' })).toMatchObject([
    { action: 'tenant.deleted', before: { name: 'Leaving' }, after: null },
    { action: 'tenant.created', before: null, after: { name: 'Leaving' } },
  ])
})
