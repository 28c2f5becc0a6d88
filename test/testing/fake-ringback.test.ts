import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fakeRingback, matches } from '../../src/testing/index.ts'

interface Catalogue {
  'invoice.paid': { amount: number; lines: { text: string }[] }
  'user.left': null
}
const paid = { amount: 12, lines: [{ text: 'a' }] }

describe('a client double', () => {
  it('keeps what was emitted, one by one, in batches and by an emitter', async () => {
    const ringback = fakeRingback<Catalogue>()
    const { events } = ringback.client
    const accepted = await events.emit('acme', 'invoice.paid', paid, { id: 'own', metadata: { by: 'me' } })
    await events.emitBatch([{ tenant: 'b/c', type: 'user.left', data: null }])
    const emitter = ringback.client.emitter()
    await emitter.emit('d', 'user.left', null)
    expect(ringback.emitted).toMatchObject([
      {
        tenant: 'acme',
        type: 'invoice.paid',
        data: paid,
        externalId: 'own',
        metadata: { by: 'me' },
        id: accepted.id,
      },
      { tenant: 'b/c', type: 'user.left', data: null, externalId: undefined },
      { tenant: 'd', type: 'user.left' },
    ])
  })

  it("accepts a host's own id once for each tenant, as a server does, until it is cleared", async () => {
    const ringback = fakeRingback<Catalogue>()
    const { events } = ringback.client
    const first = await events.emit('acme', 'user.left', null, { id: 'own' })
    expect(await events.emit('acme', 'invoice.paid', paid, { id: 'own' })).toEqual(first)
    expect(
      await events.emitBatch([{ tenant: 'acme', type: 'user.left', data: null, id: 'own' }]),
    ).toMatchObject([first])
    await events.emit('other', 'user.left', null, { id: 'own' })
    expect(ringback.emitted.map(({ tenant, type }) => [tenant, type])).toEqual([
      ['acme', 'user.left'],
      ['other', 'user.left'],
    ])
    ringback.clear()
    await events.emit('acme', 'user.left', null, { id: 'own' })
    expect(ringback.emitted).toHaveLength(1)
  })

  it('finds what was expected by a part of it, by a judge, by a matcher of the test runner', async () => {
    const ringback = fakeRingback<Catalogue>()
    await ringback.client.events.emit('acme', 'invoice.paid', paid)
    expect(ringback.expectEmitted('invoice.paid', { amount: 12 }).tenant).toBe('acme')
    ringback.expectEmitted('invoice.paid', { lines: [{ text: 'a' }] })
    ringback.expectEmitted('invoice.paid', ({ amount }: { amount: number }) => amount > 10)
    ringback.expectEmitted('invoice.paid', expect.objectContaining({ amount: 12 }))
    ringback.expectNotEmitted('user.left')
  })

  it('says what was emitted when it was not what was expected', async () => {
    const ringback = fakeRingback<Catalogue>()
    expect(() => ringback.expectEmitted('user.left')).toThrow('Nothing was emitted.')
    await ringback.client.events.emit('acme', 'invoice.paid', paid)
    expect(() => ringback.expectEmitted('invoice.paid', { amount: 13 })).toThrow(
      'No invoice.paid as expected was emitted. Emitted:\n  invoice.paid of acme: {"amount":12,"lines":[{"text":"a"}]}',
    )
    expect(() => ringback.expectNotEmitted()).toThrow('An event was emitted.')
    ringback.clear()
    ringback.expectNotEmitted()
  })

  it('checks events as in production', async () => {
    const ringback = fakeRingback({ events: { 'invoice.paid': z.object({ amount: z.number() }) } })
    const wrong = ringback.client.events.emit('acme', 'invoice.paid', { amount: 'x' as never })
    await expect(wrong).rejects.toMatchObject({ code: 'schema_violation' })
    ringback.expectNotEmitted()
  })

  it('answers other operations as told, and refuses those that nobody spoke of', async () => {
    const ringback = fakeRingback()
    ringback.answer('GET /v1/tenants/*', ({ path }) => ({ id: path.split('/').at(-1) }))
    ringback.answer('GET /v1/tenants/*/endpoints', { data: [{ id: 'ep_1' }], nextCursor: null })
    ringback.answer('DELETE /v1/tenants/*', () => undefined)
    expect(await ringback.client.tenants.get('acme')).toEqual({ id: 'acme' })
    const found = []
    for await (const { id } of ringback.client.endpoints.list('acme', { limit: 5 })) found.push(id)
    expect(found).toEqual(['ep_1'])
    expect(await ringback.client.tenants.delete('acme')).toBeUndefined()
    await expect(ringback.client.recoveries.get('acme', 'rcv_1')).rejects.toMatchObject({ code: 'not_faked' })
    expect(ringback.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/tenants/acme',
      'GET /v1/tenants/acme/endpoints?limit=5',
      'DELETE /v1/tenants/acme',
      'GET /v1/tenants/acme/recoveries/rcv_1',
    ])
  })

  it('fails as told: the client tries again what may pass, and gives up what will not', async () => {
    const ringback = fakeRingback()
    ringback.failNext(2)
    await ringback.client.events.emit('acme', 'a', 1)
    expect(ringback.emitted).toHaveLength(1)
    ringback.failNext(1, { status: 422, code: 'schema_violation', detail: 'No.' })
    const refused = ringback.client.events.emit('acme', 'a', 1)
    await expect(refused).rejects.toMatchObject({ status: 422, code: 'schema_violation', detail: 'No.' })
    expect(ringback.emitted).toHaveLength(1)
  })
})

it.each([
  [{ a: 1, b: 2 }, { a: 1 }, true],
  [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2 }] } }, true],
  [{ a: [1, 2] }, { a: [1] }, false],
  [[1], { 0: 1 }, false],
  [{ a: undefined }, { a: null }, false],
  [null, {}, false],
  [Number.NaN, Number.NaN, true],
  ['a', 'a', true],
  [{ at: new Date(5) }, { at: new Date(5) }, true],
  [{ at: new Date(5) }, { at: new Date(9) }, false],
  [{ at: new Date(5).toJSON() }, { at: new Date(5) }, true],
  [new URL('http://a.example'), new URL('http://b.example'), false],
  [new Map([['a', { b: 1, c: 2 }]]), new Map([['a', { b: 1 }]]), true],
  [new Map([[1, 2]]), new Map([[3, 4]]), false],
  [new Set([1]), new Set([2]), false],
  [new Set(), new Map(), false],
  [[], new Set(), false],
])('%j has all of %j: %s', (value, pattern, expected) => {
  expect(matches(value, pattern)).toBe(expected)
})
