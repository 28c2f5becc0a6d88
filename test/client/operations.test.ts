import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  type AcceptedEvent,
  type Delivery,
  type DeliveryStreamEvent,
  type EventStream,
  Ringback,
  RingbackError,
  type StreamOptions,
} from '../../src/client/index.ts'
import { type Receiver, startReceiver } from '../setup/receiver.ts'
import { startRingback, type TestRingback } from '../setup/server.ts'
import { readDocument } from './generate/document.ts'
import { nameOperations } from './generate/names.ts'

let ringback: TestRingback
let receiver: Receiver
let client: Ringback
beforeAll(async () => {
  ringback = await startRingback()
  receiver = await startReceiver()
  client = new Ringback({ baseUrl: ringback.url, apiKey: ringback.key })
})
afterAll(async () => {
  await receiver.close()
  await ringback.stop()
})

/** A tenant with one of everything, and what its ids are. */
async function makeWorld(tenant: string) {
  await client.tenants.put(tenant, { name: 'Acme' })
  await client.eventTypes.put(`${tenant}.made`, { description: 'Made.', example: { n: 1 } })
  const endpoint = await client.endpoints.create(tenant, { url: receiver.url })
  const event = await client.events.emit(tenant, `${tenant}.made`, { n: 1 })
  const { deliveries } = await client.events.get(tenant, event.id)
  const recovery = await client.recoveries.create(tenant, { after: new Date('2026-01-01') })
  const session = await client.portal.createSession(tenant)
  const key = await client.apiKeys.create({ name: tenant, scopes: ['read'] })
  const { rows } = await ringback.database.pool.query<{ seq: string }>(
    `insert into ringback.outbox (tenant_id, event, refused_at, problem)
     values ($1, '{}', now(), '{"status":422,"code":"x","detail":"x","errors":[]}') returning seq`,
    [tenant],
  )
  return {
    tenant,
    endpoint: endpoint.id,
    eventType: `${tenant}.made`,
    event: event.id,
    delivery: deliveries[0]!.id,
    recovery: recovery.id!,
    session: session.id,
    key: key.id,
    refused: rows[0]!.seq,
  }
}
type World = Awaited<ReturnType<typeof makeWorld>>

/**
 * How each operation is called, and what of its answer tells that it was done. The operations of a test do not follow each
 * other: each has a world of its own.
 */
const CALLS: Record<string, (world: World) => Promise<unknown>> = {
  'tenants.put': async ({ tenant }) =>
    expect(await client.tenants.put(tenant, { name: 'B' })).toMatchObject({ name: 'B' }),
  'tenants.list': async ({ tenant }) =>
    expect(await first(client.tenants.list({ limit: 250 }), ({ id }) => id === tenant)).toBeDefined(),
  'tenants.get': async ({ tenant }) =>
    expect(await client.tenants.get(tenant)).toMatchObject({ id: tenant, name: 'Acme' }),
  'tenants.delete': async ({ tenant }) => {
    expect(await client.tenants.delete(tenant)).toBeUndefined()
    await refused(client.tenants.get(tenant), 'not_found', 404)
  },
  'eventTypes.put': async ({ eventType }) =>
    expect(await client.eventTypes.put(eventType, { deprecated: true })).toMatchObject({ deprecated: true }),
  'eventTypes.list': async ({ eventType }) =>
    expect(await first(client.eventTypes.list(), ({ name }) => name === eventType)).toBeDefined(),
  'eventTypes.get': async ({ eventType }) =>
    expect(await client.eventTypes.get(eventType)).toMatchObject({ example: { n: 1 } }),
  'eventTypes.archive': async ({ eventType }) => {
    await client.eventTypes.archive(eventType)
    expect((await client.eventTypes.get(eventType)).archivedAt).not.toBeNull()
  },
  'endpoints.create': async ({ tenant }) =>
    expect((await client.endpoints.create(tenant, { url: receiver.url })).secret).toMatch(/^whsec_/),
  'endpoints.list': async ({ tenant, endpoint }) =>
    expect((await client.endpoints.list(tenant, { status: 'active' }).page()).data).toMatchObject([
      { id: endpoint },
    ]),
  'endpoints.get': async ({ tenant, endpoint }) =>
    expect(await client.endpoints.get(tenant, endpoint)).toMatchObject({ url: receiver.url }),
  'endpoints.update': async ({ tenant, endpoint }) =>
    expect(await client.endpoints.update(tenant, endpoint, { description: 'x' })).toMatchObject({
      description: 'x',
    }),
  'endpoints.delete': async ({ tenant, endpoint }) => {
    await client.endpoints.delete(tenant, endpoint)
    await refused(client.endpoints.get(tenant, endpoint), 'not_found', 404)
  },
  'endpoints.enable': async ({ tenant, endpoint }) => {
    await client.endpoints.disable(tenant, endpoint)
    expect(await client.endpoints.enable(tenant, endpoint)).toMatchObject({ status: 'active' })
  },
  'endpoints.disable': async ({ tenant, endpoint }) =>
    expect(await client.endpoints.disable(tenant, endpoint)).toMatchObject({ disabledReason: 'manual' }),
  'endpoints.pause': async ({ tenant, endpoint }) =>
    expect(await client.endpoints.pause(tenant, endpoint)).toMatchObject({ status: 'paused' }),
  'endpoints.resume': async ({ tenant, endpoint }) => {
    await client.endpoints.pause(tenant, endpoint)
    expect(await client.endpoints.resume(tenant, endpoint)).toMatchObject({ status: 'active' })
  },
  'endpoints.getSecret': async ({ tenant, endpoint }) =>
    expect((await client.endpoints.getSecret(tenant, endpoint)).secret).toMatch(/^whsec_/),
  'endpoints.rotateSecret': async ({ tenant, endpoint }) =>
    expect((await client.endpoints.rotateSecret(tenant, endpoint)).previous).toHaveLength(1),
  'endpoints.test': async ({ tenant, endpoint }) =>
    expect((await client.endpoints.test(tenant, endpoint, { data: 1 })).deliveryId).toMatch(/^dlv_/),
  'subscriptions.create': async ({ tenant, endpoint }) =>
    expect(await subscribe(tenant, endpoint)).toMatchObject({ eventTypes: ['a.*'] }),
  'subscriptions.list': async ({ tenant, endpoint }) =>
    expect((await client.subscriptions.list(tenant, endpoint).page()).data).toHaveLength(1),
  'subscriptions.get': async ({ tenant, endpoint }) => {
    const { id } = await subscribe(tenant, endpoint)
    expect(await client.subscriptions.get(tenant, endpoint, id)).toMatchObject({ id })
  },
  'subscriptions.update': async ({ tenant, endpoint }) => {
    const { id } = await subscribe(tenant, endpoint)
    const changed = await client.subscriptions.update(tenant, endpoint, id, { filter: { n: 1 } })
    expect(changed).toMatchObject({ filter: { n: 1 } })
  },
  'subscriptions.delete': async ({ tenant, endpoint }) => {
    const { id } = await subscribe(tenant, endpoint)
    await client.subscriptions.delete(tenant, endpoint, id)
    await refused(client.subscriptions.get(tenant, endpoint, id), 'not_found', 404)
  },
  'events.emit': async ({ tenant }) => {
    const options = { id: 'own', occurredAt: new Date(0), metadata: { by: 'me' } }
    const { id } = await client.events.emit(tenant, 'x.y', { n: 2 }, options)
    expect(await client.events.get(tenant, id)).toMatchObject({
      type: 'x.y',
      data: { n: 2 },
      externalId: 'own',
      occurredAt: '1970-01-01T00:00:00.000Z',
      metadata: { by: 'me' },
    })
  },
  'events.emitBatch': async ({ tenant }) => {
    const outcomes = await client.events.emitBatch([
      { tenant, type: 'x', data: 1 },
      { tenant: 'nobody-of-this-name', type: 'x', data: 1 },
    ])
    expect(outcomes).toMatchObject([{ type: 'x' }, { error: { code: 'not_found' } }])
  },
  'events.list': async ({ tenant, event }) =>
    expect((await client.events.list(tenant, { type: `${tenant}.made` }).page()).data).toMatchObject([
      { id: event },
    ]),
  'events.erase': async ({ tenant, event }) => {
    await client.events.erase(tenant, event)
    expect(await client.events.get(tenant, event)).toMatchObject({ data: null, erasedAt: expect.any(String) })
  },
  'events.get': async ({ tenant, event }) =>
    expect(await client.events.get(tenant, event)).toMatchObject({ id: event, unmatched: [] }),
  'deliveries.list': async ({ tenant, event, delivery }) =>
    expect((await client.deliveries.list(tenant, { eventId: event }).page()).data).toMatchObject([
      { id: delivery },
    ]),
  'deliveries.get': async ({ tenant, delivery }) =>
    expect(await client.deliveries.get(tenant, delivery)).toMatchObject({ id: delivery }),
  'deliveries.listAttempts': async ({ tenant, delivery }) =>
    expect((await client.deliveries.listAttempts(tenant, delivery).page()).nextCursor).toBeNull(),
  'deliveries.retry': async ({ tenant, delivery }) =>
    expect(await client.deliveries.retry(tenant, delivery)).toMatchObject({ id: delivery }),
  'deliveries.cancel': async ({ tenant, endpoint }) => {
    await client.endpoints.pause(tenant, endpoint)
    const event = await client.events.emit(tenant, 'x', 1)
    const { deliveries } = await client.events.get(tenant, event.id)
    expect(await client.deliveries.cancel(tenant, deliveries[0]!.id)).toMatchObject({ status: 'canceled' })
  },
  'recoveries.create': async ({ tenant }) =>
    expect(await client.recoveries.create(tenant, { after: new Date(0), dryRun: true })).toMatchObject({
      id: null,
      matched: 0,
    }),
  'recoveries.list': async ({ tenant, recovery }) =>
    expect((await client.recoveries.list(tenant).page()).data).toMatchObject([{ id: recovery }]),
  'recoveries.get': async ({ tenant, recovery }) =>
    expect(await client.recoveries.get(tenant, recovery)).toMatchObject({ id: recovery }),
  'recoveries.pause': ({ tenant, recovery }) => steered(client.recoveries.pause(tenant, recovery)),
  'recoveries.resume': ({ tenant, recovery }) => steered(client.recoveries.resume(tenant, recovery)),
  'recoveries.cancel': ({ tenant, recovery }) => steered(client.recoveries.cancel(tenant, recovery)),
  'portal.createSession': async ({ tenant }) => {
    const { token } = await client.portal.createSession(tenant, { readOnly: true })
    const visitor = new Ringback({ baseUrl: ringback.url, apiKey: async () => token })
    expect((await visitor.endpoints.list(tenant).page()).data).toHaveLength(1)
    await refused(visitor.tenants.list().page(), 'route_not_found', 404)
  },
  'portal.listSessions': async ({ tenant, session }) =>
    expect((await client.portal.listSessions(tenant).page()).data).toMatchObject([{ id: session }]),
  'portal.revokeSession': async ({ tenant, session }) =>
    expect(await client.portal.revokeSession(tenant, session)).toBeUndefined(),
  'apiKeys.create': async ({ tenant }) =>
    expect((await client.apiKeys.create({ name: 'x', scopes: ['emit'], tenant })).key).toMatch(/^rbk_/),
  'apiKeys.list': async ({ key }) =>
    expect(await first(client.apiKeys.list(), ({ id }) => id === key)).toBeDefined(),
  'settings.list': async () =>
    expect((await client.settings.list()).data).toContainEqual(
      expect.objectContaining({ name: 'RINGBACK_ADMIN_KEY', value: null, isSet: true, isSecret: true }),
    ),
  'apiKeys.get': async ({ key }) => expect(await client.apiKeys.get(key)).toMatchObject({ scopes: ['read'] }),
  'apiKeys.revoke': async ({ key }) => {
    await client.apiKeys.revoke(key)
    await refused(client.apiKeys.get(key), 'not_found', 404)
  },
  'auditLog.list': async ({ tenant }) =>
    expect((await client.auditLog.list({ tenant, action: 'tenant.created' }).page()).data).toMatchObject([
      { tenantId: tenant, actor: { kind: 'admin' } },
    ]),
  'auditLog.listOfTenant': async ({ tenant, endpoint }) =>
    expect((await client.auditLog.listOfTenant(tenant, { target: endpoint }).page()).data).toMatchObject([
      { action: 'endpoint.created' },
    ]),
  'events.getBody': async ({ tenant, event, eventType }) =>
    expect(await client.events.getBody(tenant, event)).toMatchObject({ type: eventType, data: { n: 1 } }),
  'events.listAll': async ({ tenant, event }) =>
    expect((await client.events.listAll({ tenant }).page()).data).toMatchObject([{ id: event }]),
  'eventTypes.listOfTenant': async ({ tenant, eventType }) =>
    expect(
      await first(client.eventTypes.listOfTenant(tenant), ({ name }) => name === eventType),
    ).toBeDefined(),
  'eventTypes.getOfTenant': async ({ tenant, eventType }) =>
    expect(await client.eventTypes.getOfTenant(tenant, eventType)).toMatchObject({ example: { n: 1 } }),
  'endpoints.listAll': async ({ tenant, endpoint }) =>
    expect((await client.endpoints.listAll({ tenant }).page()).data).toMatchObject([{ id: endpoint }]),
  'subscriptions.previewFilter': async ({ tenant, event }) =>
    expect(await client.subscriptions.previewFilter(tenant, { filter: { n: 2 } })).toMatchObject({
      data: [{ eventId: event, matches: false, reason: 'filter' }],
    }),
  'deliveries.listAll': async ({ tenant, delivery }) =>
    expect((await client.deliveries.listAll({ tenant }).page()).data).toMatchObject([{ id: delivery }]),
  'deliveries.stream': ({ tenant, endpoint }) =>
    watched(tenant, endpoint, (options) => client.deliveries.stream(tenant, {}, options)),
  'deliveries.streamAll': ({ tenant, endpoint }) =>
    watched(tenant, endpoint, (options) => client.deliveries.streamAll({ tenant }, options)),
  'events.listRefused': async ({ tenant, refused }) =>
    expect(await first(client.events.listRefused(), ({ id }) => id === refused)).toMatchObject({
      tenantId: tenant,
    }),
  'events.retryRefused': async ({ refused }) =>
    expect(await client.events.retryRefused(refused)).toBeUndefined(),
  'events.discardRefused': async ({ refused }) => {
    expect(await client.events.discardRefused(refused)).toBeUndefined()
    await expect(client.events.discardRefused(refused)).rejects.toMatchObject({ status: 404 })
  },
  'stats.get': async () => expect(await client.stats.get({ window: '1h' })).toMatchObject({ window: '1h' }),
  'stats.getOfTenant': async ({ tenant }) =>
    expect((await client.stats.getOfTenant(tenant)).endpoints).toMatchObject({ active: 1 }),
  'stats.getOfEndpoint': async ({ tenant, endpoint }) =>
    expect((await client.stats.getOfEndpoint(tenant, endpoint)).totals.waiting).toMatchObject({ held: 0 }),
  'session.create': async () =>
    expect(await client.session.create({ token: ringback.key })).toMatchObject({ kind: 'operator' }),
  'session.get': async ({ tenant }) => {
    const { token } = await client.portal.createSession(tenant)
    const visitor = new Ringback({ baseUrl: ringback.url, apiKey: token })
    expect(await visitor.session.get()).toMatchObject({ kind: 'portal', tenant })
  },
  'session.delete': async () => expect(await client.session.delete()).toBeUndefined(),
  'operations.getLiveness': async () =>
    expect(await new Ringback({ baseUrl: ringback.url }).operations.getLiveness()).toEqual({ status: 'ok' }),
  'operations.getReadiness': async () =>
    expect(await client.operations.getReadiness()).toMatchObject({ status: 'ready' }),
}

/** What happens while a stream is watched comes on it, typed. */
async function watched(
  tenant: string,
  endpoint: string,
  watch: (options: StreamOptions) => EventStream<DeliveryStreamEvent>,
): Promise<void> {
  // What was over before the stream began does not come: something happens until it does.
  const happening = setInterval(() => void client.endpoints.test(tenant, endpoint, { data: 1 }), 200)
  try {
    for await (const { event, data } of watch({ signal: AbortSignal.timeout(20_000) })) {
      if (event !== 'delivery') continue
      expectTypeOf(data).toEqualTypeOf<Delivery>()
      expect(data).toMatchObject({ tenantId: tenant, endpointId: endpoint })
      return
    }
  } finally {
    clearInterval(happening)
  }
}

const subscribe = (tenant: string, endpoint: string) =>
  client.subscriptions.create(tenant, endpoint, { eventTypes: ['a.*'] })

/** With nothing to recover it is finished before anybody can steer it; that too is an answer of this operation. */
const steered = async (answer: Promise<unknown>) =>
  expect(await answer.catch((error: RingbackError) => error)).toSatisfy(
    (got: { status: unknown }) => typeof got.status === 'string' || got.status === 409,
  )

async function first<T>(list: AsyncIterable<T>, wanted: (one: T) => boolean): Promise<T | undefined> {
  for await (const one of list) if (wanted(one)) return one
  return undefined
}

async function refused(call: Promise<unknown>, code: string, status: number): Promise<void> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(RingbackError)
  expect(error).toMatchObject({ code, status })
}

describe('on a real server, the client can call', async () => {
  const names = nameOperations(await readDocument()).map(({ namespace, method }) => `${namespace}.${method}`)

  it('every operation of the document: each has a row here', () => {
    expect(Object.keys(CALLS).sort()).toEqual(names.sort())
  })

  it.each(Object.keys(CALLS))('%s', async (name) => {
    await CALLS[name]!(await makeWorld(`t-${name.toLowerCase()}`))
  })
})

describe('errors', () => {
  it('carry what the API says: code, status, detail, places, request id', async () => {
    await client.tenants.put('errors')
    const call = client.endpoints.create('errors', { url: 'http://x.test/', timeoutMs: 1, maxInFlight: 0 })
    const error = (await call.catch((thrown: unknown) => thrown)) as RingbackError
    expect(error).toBeInstanceOf(RingbackError)
    expect(error).toMatchObject({ code: 'validation_failed', status: 422 })
    expect(error.errors.map(({ path }) => path).sort()).toEqual(['maxInFlight', 'timeoutMs'])
    expect(error.requestId).toMatch(/[\w-]{8,}/)
    expect(error.message).toContain('422 validation_failed')
  })

  it('of a key that is none are told at once', async () => {
    await refused(
      new Ringback({ baseUrl: ringback.url, apiKey: 'x' }).tenants.get('acme'),
      'unauthorized',
      401,
    )
  })

  it('say when another server answered', async () => {
    receiver.reply({ status: 200, body: '<html>' })
    const lost = new Ringback({ baseUrl: receiver.url, apiKey: 'x' })
    await refused(lost.tenants.get('acme'), 'answer_unreadable', 200)
    receiver.reply({ status: 302, headers: { location: ringback.url }, body: 'moved' })
    await refused(lost.events.emit('acme', 'x', 1), 'http_302', 302)
    receiver.reply(204)
  })

  it('refuse an id that would make another path', async () => {
    for (const id of ['', '.', '..'])
      await expect(async () => client.tenants.get(id)).rejects.toThrow('cannot be an id')
    await refused(client.tenants.get('a/b?c#d'), 'not_found', 404)
  })
})

describe('lists', () => {
  it('are read to their end, page by page, and no further than the reader goes', async () => {
    await client.tenants.put('lists')
    const made = await client.events.emitBatch(
      Array.from({ length: 23 }, (_, n) => ({ tenant: 'lists', type: 'n', data: n })),
    )
    const ids = made.map((one) => (one as AcceptedEvent).id)
    const found: string[] = []
    for await (const { id } of client.events.list('lists', { limit: 5 })) found.push(id)
    expect(found.sort()).toEqual(ids.sort())

    const page = await client.events.list('lists', { limit: 5 }).page()
    expect(page.data).toHaveLength(5)
    const next = await client.events.list('lists', { limit: 5 }).page(page.nextCursor!)
    expect(next.data.map(({ id }) => id)).not.toEqual(page.data.map(({ id }) => id))
  })

  it('have the types of their entries', () => {
    expectTypeOf(client.deliveries.list('x')).toExtend<AsyncIterable<Delivery>>()
  })
})
