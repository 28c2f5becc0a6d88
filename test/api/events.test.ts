/** The table "Events" of the HTTP contract. */
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApi } from '../../src/api/app.ts'
import { insertEndpoint, insertSubscriptions } from '../../src/endpoints/store.ts'
import { type Id, newId } from '../../src/ids.ts'
import { bumpConfigVersion } from '../../src/tenants/store.ts'
import { ask, createTestApi, type TestAnswer, type TestApi } from './test-api.ts'

let api: TestApi
let endpointId: Id<'endpoint'>
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

/** A tenant of its own for every test. */
let tenant = ''
let count = 0
beforeEach(async () => {
  tenant = `tenant-${++count}`
  endpointId = (await api.tenant(tenant)).endpointId
})

const emit = (body: unknown, headers?: Record<string, string>) =>
  api.ask(`POST /v1/tenants/${tenant}/events`, { body, ...(headers ? { headers } : {}) })

const paths = (answer: TestAnswer) => answer.json.errors.map((fault: { path: string }) => fault.path)

async function stored(of = tenant): Promise<number> {
  const { rows } = await api.database.db.execute<{ n: number }>(
    sql`select count(*)::int as n from ringback.events where tenant_id = ${of}`,
  )
  return rows[0]!.n
}

describe('POST /v1/tenants/{tenant}/events', () => {
  it('accepts an event, and says for how many endpoints', async () => {
    const before = Date.now()
    const { status, json } = await emit({ type: 'invoice.paid', data: { amount: 1200 } })
    expect(status).toBe(202)
    expect(json).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-z]{26}$/),
      type: 'invoice.paid',
      tenantId: tenant,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      deliveryCount: 1,
    })
    expect(Date.parse(json.createdAt)).toBeGreaterThanOrEqual(before)
  })

  it('has stored the event and its deliveries when it answers', async () => {
    const { json } = await emit({ type: 'a', data: 1 })
    const { rows } = await api.database.db.execute(
      sql`select endpoint_id, status from ringback.deliveries where event_id = ${json.id}`,
    )
    expect(rows).toEqual([{ endpoint_id: endpointId, status: 'pending' }])
  })

  it('keeps every field', async () => {
    const { json } = await emit({
      type: 'a',
      data: null,
      id: 'order 17 ✓',
      occurredAt: '2026-03-01T14:00:00+02:00',
      metadata: { source: 'billing' },
    })
    expect((await api.ask(`GET /v1/tenants/${tenant}/events/${json.id}`)).json).toMatchObject({
      externalId: 'order 17 ✓',
      occurredAt: '2026-03-01T12:00:00.000Z',
      metadata: { source: 'billing' },
      data: null,
    })
  })

  it('takes null for what is optional', async () => {
    expect(await emit({ type: 'a', data: 1, id: null, occurredAt: null, metadata: null })).toMatchObject({
      status: 202,
    })
  })

  it.each([
    ['no type', { data: 1 }, ['type']],
    ['a type that is no name', { type: 'invoice..paid', data: 1 }, ['type']],
    ['no data', { type: 'a' }, ['data']],
    ['an empty id', { type: 'a', data: 1, id: '' }, ['id']],
    ['an id of 256 characters', { type: 'a', data: 1, id: 'x'.repeat(256) }, ['id']],
    ['an id with a NUL', { type: 'a', data: 1, id: 'a\0b' }, ['id']],
    ['an id with half a surrogate pair', '{"type":"a","data":1,"id":"\\ud800"}', ['id']],
    ['a time without a zone', { type: 'a', data: 1, occurredAt: '2026-03-01T12:00:00' }, ['occurredAt']],
    [
      'a time that no calendar has',
      { type: 'a', data: 1, occurredAt: '2026-02-30T12:00:00Z' },
      ['occurredAt'],
    ],
    [
      'a time past year 9999',
      { type: 'a', data: 1, occurredAt: '9999-12-31T23:59:59-01:00' },
      ['occurredAt'],
    ],
    ['metadata that is no text', { type: 'a', data: 1, metadata: { a: 1 } }, ['metadata.a']],
    ['metadata with a NUL', { type: 'a', data: 1, metadata: { a: '\0' } }, ['metadata.a']],
    ['__proto__ in metadata', '{"type":"a","data":1,"metadata":{"__proto__":"x"}}', ['metadata.__proto__']],
    ['an unknown field', { type: 'a', data: 1, ocurredAt: '2026-03-01T12:00:00Z' }, ['ocurredAt']],
    ['several faults', { type: 1, data: 1, x: 1 }, ['type', 'x']],
  ])('refuses %s, and says where', async (_what, body, faults) => {
    const answer = await emit(body)
    expect([answer.status, answer.json.code]).toEqual([422, 'validation_failed'])
    expect(paths(answer)).toEqual(faults)
    expect(await stored()).toBe(0)
  })

  it('refuses more than 50 metadata', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']))
    expect(paths(await emit({ type: 'a', data: 1, metadata }))).toEqual(['metadata'])
  })

  it('of a tenant that is not there, or cannot be, is 404', async () => {
    for (const of of ['nobody', 'no%20body', '%00', 'x'.repeat(129)]) {
      const answer = await api.ask(`POST /v1/tenants/${of}/events`, { body: { type: 'a', data: 1 } })
      expect([answer.status, answer.json.detail], of).toEqual([404, 'No such tenant.'])
    }
  })

  it("with the host's own id sent again gets the first answer", async () => {
    const first = await emit({ type: 'a', data: 1, id: 'mine' })
    const again = await emit({ type: 'a', data: 2, id: 'mine' })
    expect(again.status).toBe(202)
    expect(again.json).toEqual(first.json)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await stored()).toBe(1)
  })

  it('with an Idempotency-Key sent again gets the first answer, and another body is refused', async () => {
    const key = { 'Idempotency-Key': `"key of ${tenant}"` }
    const first = await emit({ type: 'a', data: 1 }, key)
    const again = await emit({ type: 'a', data: 1 }, key)
    expect(first.headers.get('Idempotent-Replayed')).toBeNull()
    expect([again.status, again.text, again.headers.get('Idempotent-Replayed')]).toEqual([
      202,
      first.text,
      'true',
    ])

    const other = await emit({ type: 'a', data: 2 }, key)
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await stored()).toBe(1)
  })

  it('with one Idempotency-Key a hundred times at once makes one event and gives one answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        emit({ type: 'a', data: 1 }, { 'Idempotency-Key': `at once ${tenant}` }),
      ),
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]!.status).toBe(202)
    expect(await stored()).toBe(1)
  })

  it('refuses an Idempotency-Key that is none', async () => {
    const answer = await emit({ type: 'a', data: 1 }, { 'Idempotency-Key': 'k'.repeat(256) })
    expect([answer.status, answer.json.code]).toEqual([400, 'idempotency_key_invalid'])
  })
})

describe('the data of an event', () => {
  const dataOf = (text: string) => text.slice(text.indexOf(BEFORE_DATA) + BEFORE_DATA.length, -1)
  const BEFORE_DATA = '"unmatched":[],"data":'

  it.each([
    ['a number too large', '1e400'],
    ['a number too long', '12345678901234567890.0'],
    ['minus zero', '-0'],
    ['duplicate keys', '{"a":1,"a":2}'],
    ['keys in no order', '{"b":1,"10":2,"9":3}'],
    ['white space', '{ "a" : [ 1 , 2 ] }'],
    ['escapes', '"\\u0041\\/\\u2028"'],
    ['a NUL', '"\\u0000"'],
    ['half a surrogate pair', '"\\ud800"'],
    ['line separators', '"\u2028\u2029"'],
    ['__proto__', '{"__proto__":{"a":1},"constructor":null}'],
  ])('is kept and shown as it is written: %s', async (_what, data) => {
    const { json } = await emit(`{"type":"a","data":${data},"metadata":{"data":"no"}}`)
    const { text } = await api.ask(`GET /v1/tenants/${tenant}/events/${json.id}`)
    expect(dataOf(text)).toBe(data)
  })

  it('is the last of several, as every parser reads it', async () => {
    const { json } = await emit('{"data":1,"type":"a","data":{"a":2}}')
    const { text } = await api.ask(`GET /v1/tenants/${tenant}/events/${json.id}`)
    expect(dataOf(text)).toBe('{"a":2}')
  })

  it('is kept, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ depthSize: 'medium' }), async (data) => {
        const { json } = await emit(`{"type":"a","data":${data}}`)
        const { text } = await api.ask(`GET /v1/tenants/${tenant}/events/${json.id}`)
        expect(dataOf(text)).toBe(data)
      }),
      { numRuns: 50 },
    )
  })
})

describe('POST /v1/events', () => {
  const batch = (body: unknown, headers?: Record<string, string>) =>
    api.ask('POST /v1/events', { body, ...(headers ? { headers } : {}) })

  it('accepts or refuses each event on its own, and answers in order', async () => {
    const { status, json } = await batch({
      events: [
        { tenant, type: 'first', data: 1 },
        { tenant: 'nobody', type: 'a', data: 1 },
        { tenant, type: 'no name', data: 1 },
        'not even an object',
        { tenant, type: 'a', data: 'x'.repeat(256 * 1024) },
        { tenant, type: 'last', data: 1 },
      ],
    })
    expect(status).toBe(202)
    expect(json.data).toMatchObject([
      { id: expect.stringMatching(/^evt_/), type: 'first', tenantId: tenant, deliveryCount: 1 },
      { error: { status: 404, code: 'not_found', detail: 'No such tenant.' } },
      { error: { status: 422, code: 'validation_failed', errors: [{ path: 'type' }] } },
      { error: { status: 422, code: 'validation_failed', errors: [{ path: '' }] } },
      { error: { status: 413, code: 'payload_too_large' } },
      { id: expect.stringMatching(/^evt_/), type: 'last' },
    ])
    expect(await stored()).toBe(2)
  })

  it('takes 1,000 events, and no more', async () => {
    const events = Array.from({ length: 1000 }, (_, i) => ({ tenant, type: 'a', data: i }))
    const { json } = await batch({ events })
    expect(json.data).toHaveLength(1000)
    expect(await stored()).toBe(1000)

    const more = await batch({ events: [...events, events[0]] })
    expect([more.status, more.json.errors[0].path]).toEqual([422, 'events'])
    expect(await stored()).toBe(1000)
  })

  it('takes none', async () => {
    expect(await batch({ events: [] })).toMatchObject({ status: 202, json: { data: [] } })
  })

  it.each([
    ['no events', {}, 'events'],
    ['events that are no list', { events: {} }, 'events'],
    ['an unknown field', { events: [], tenant: 'acme' }, 'tenant'],
    ['__proto__', '{"events":[],"__proto__":{}}', '__proto__'],
  ])('refuses %s as a whole', async (_what, body, path) => {
    const answer = await batch(body)
    expect([answer.status, paths(answer)]).toEqual([422, [path]])
  })

  it('keeps the bytes of each event', async () => {
    const { json } = await batch(`{ "events" : [ {"tenant":"${tenant}","type":"a","data": 1e400 } ,
      {"tenant":"${tenant}","data":{"b":1,"b":2},"type":"a"} ] }`)
    const texts = await Promise.all(
      json.data.map(
        async ({ id }: { id: string }) => (await api.ask(`GET /v1/tenants/${tenant}/events/${id}`)).text,
      ),
    )
    expect(texts[0]).toMatch(/"data":1e400}$/)
    expect(texts[1]).toMatch(/"data":{"b":1,"b":2}}$/)
  })

  /** Two that are accepted, and one of a tenant that is not there. */
  const three = () => ({
    events: [
      { tenant, type: 'a', data: 1 },
      { tenant: `late-${tenant}`, type: 'a', data: 1 },
      { tenant, type: 'a', data: 1 },
    ],
  })

  it('with its Idempotency-Key sent again gets the first answer, refusals included', async () => {
    const key = { 'Idempotency-Key': `batch ${tenant}` }
    const first = await batch(three(), key)
    expect(first.json.data[1]).toMatchObject({ error: { status: 404 } })
    await api.tenant(`late-${tenant}`)
    const again = await batch(three(), key)
    expect([again.status, again.text]).toEqual([202, first.text])
    expect(first.headers.get('Idempotent-Replayed')).toBeNull()
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(again.headers.get('Content-Type')).toBe(first.headers.get('Content-Type'))
    expect([await stored(), await stored(`late-${tenant}`)]).toEqual([2, 0])
  })

  it('is refused as a whole when its Idempotency-Key came with another body, or another request', async () => {
    const key = { 'Idempotency-Key': `reused ${tenant}` }
    await batch(three(), key)
    const other = await batch({ events: [...three().events, { tenant, type: 'a', data: 2 }] }, key)
    expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused'])
    const alone = await emit({ type: 'a', data: 1 }, key)
    expect([alone.status, alone.json.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await stored()).toBe(2)
  })

  it('with one Idempotency-Key many times at once makes its events once and gives one answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => batch(three(), { 'Idempotency-Key': `at once ${tenant}` })),
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]!.status).toBe(202)
    expect(await stored()).toBe(2)
  })

  it('that was cut off in the middle is taken up again: what was accepted is answered, the rest accepted', async () => {
    let accepted = 0
    const { events } = api.needs
    const dying = createApi({
      ...api.needs,
      events: {
        ...events,
        accept: (request) => (++accepted > 1 ? Promise.reject(new Error('died')) : events.accept(request)),
      },
    })
    const body = { events: three().events.filter((one) => one.tenant === tenant) }
    const headers = { 'Idempotency-Key': `cut off ${tenant}` }
    const first = await ask(dying, 'POST /v1/events', { body, headers })
    expect(first.json.data).toMatchObject([{ type: 'a' }, { error: { status: 500 } }])
    expect(await stored()).toBe(1)

    const again = await batch(body, headers)
    expect(again.json.data).toMatchObject([first.json.data[0], { type: 'a' }])
    expect((await batch(body, headers)).text).toBe(again.text)
    expect(await stored()).toBe(2)
  })

  it('refuses an Idempotency-Key that is none', async () => {
    const answer = await batch(three(), { 'Idempotency-Key': 'k'.repeat(256) })
    expect([answer.status, answer.json.code]).toEqual([400, 'idempotency_key_invalid'])
  })
})

describe('GET /v1/tenants/{tenant}/events', () => {
  it('lists newest first, page by page, without data', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift((await emit({ type: 'a', data: i })).json.id)

    const seen: string[] = []
    let cursor: string | null = ''
    do {
      const { status, json } = await api.ask(
        `GET /v1/tenants/${tenant}/events?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
      )
      expect(status).toBe(200)
      seen.push(...json.data.map(({ id }: { id: string }) => id))
      cursor = json.nextCursor
    } while (cursor)
    expect(seen).toEqual(ids)
  })

  it('shows an event as it was accepted', async () => {
    const { json: accepted } = await emit({ type: 'a', data: 1 })
    const { json } = await api.ask(`GET /v1/tenants/${tenant}/events`)
    expect(json).toEqual({
      data: [{ ...accepted, externalId: null, occurredAt: null, metadata: {}, erasedAt: null }],
      nextCursor: null,
    })
  })

  it('filters by type and by time', async () => {
    const { json: first } = await emit({ type: 'a', data: 1 })
    await new Promise((resolve) => setTimeout(resolve, 2))
    const { json: second } = await emit({ type: 'b', data: 1 })
    const list = async (query: string) =>
      (await api.ask(`GET /v1/tenants/${tenant}/events?${query}`)).json.data.map(
        ({ id }: { id: string }) => id,
      )

    expect(await list('type=a')).toEqual([first.id])
    expect(await list(`after=${second.createdAt}`)).toEqual([second.id])
    expect(await list(`before=${second.createdAt}`)).toEqual([first.id])
    expect(await list('type=c')).toEqual([])
  })

  it('of a tenant that is not there is 404', async () => {
    expect(await api.ask('GET /v1/tenants/nobody/events')).toMatchObject({ status: 404 })
  })
})

describe('GET /v1/tenants/{tenant}/events/{event}', () => {
  it('shows its deliveries', async () => {
    const { json } = await emit({ type: 'a', data: 1 })
    const event = await api.ask(`GET /v1/tenants/${tenant}/events/${json.id}`)
    expect(event.json).toMatchObject({
      ...json,
      deliveries: [{ eventId: json.id, endpointId, status: 'pending', attemptCount: 0, lastAttempt: null }],
      unmatched: [],
    })
  })

  it('says why the other endpoints do not get it', async () => {
    const add = async (subscriptions: { eventTypes: string[]; filter: unknown }[]) => {
      const id = newId('endpoint')
      await api.database.db.transaction(async (tx) => {
        await bumpConfigVersion(tx, tenant)
        await insertEndpoint(tx, tenant, { id, url: 'https://example.com/' })
        await insertSubscriptions(
          tx,
          tenant,
          subscriptions.map((one) => ({ id: newId('subscription'), endpointId: id, ...one })),
        )
      })
      return id
    }
    const ofOtherType = await add([{ eventTypes: ['invoice.*'], filter: null }])
    const filtered = await add([{ eventTypes: ['*'], filter: { amount: { $gte: 1000 } } }])
    const ofNothing = await add([])
    const { json } = await emit({ type: 'order.paid', data: { amount: 1 } })
    expect((await api.ask(`GET /v1/tenants/${tenant}/events/${json.id}`)).json.unmatched).toEqual([
      { endpointId: ofOtherType, reason: 'event_type' },
      { endpointId: filtered, reason: 'filter' },
      { endpointId: ofNothing, reason: 'no_subscription' },
    ])
  })

  it('of another tenant looks like one that is not there', async () => {
    const { json } = await emit({ type: 'a', data: 1 })
    await api.tenant('another')
    const foreign = await api.ask(`GET /v1/tenants/another/events/${json.id}`)
    const absent = await api.ask(`GET /v1/tenants/another/events/${newId('event')}`)
    expect([foreign.status, foreign.text]).toEqual([404, absent.text])
  })
})

describe('GET /v1/tenants/{tenant}/events/{event}/body', () => {
  it('gives the bytes that are signed and sent, whatever the host wrote', async () => {
    const data = '{"n": 1e400, "a":1,"a" : 2, "u":"\\u00e9"}'
    const { json } = await emit(`{"type":"a","data":${data}}`)
    const { status, headers, text } = await api.ask(`GET /v1/tenants/${tenant}/events/${json.id}/body`)
    expect(status).toBe(200)
    expect(headers.get('Content-Type')).toBe('application/json')
    expect(text).toBe(`{"type":"a","timestamp":"${json.createdAt}","data":${data}}`)
    const { rows } = await api.database.db.execute<{ body: Buffer }>(
      sql`select body from ringback.events where id = ${json.id}`,
    )
    expect(text).toBe(rows[0]!.body.toString())
  })

  it('is 404 for an event that is not there', async () => {
    expect(await api.ask(`GET /v1/tenants/${tenant}/events/${newId('event')}/body`)).toMatchObject({
      status: 404,
    })
  })
})
