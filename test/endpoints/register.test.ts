import { describe, expect, it } from 'vitest'
import { registerEndpoint } from '../../src/endpoints/register.ts'
import { revealSecret } from '../../src/endpoints/reveal-secret.ts'
import { loadDestinations } from '../../src/endpoints/store.ts'
import { newSecret } from '../../src/signing/secret.ts'
import { needs, openRoom, refusedAs } from './room.ts'

const room = openRoom()
const one = (filter: unknown = null) => ({ eventTypes: ['invoice.*'], filter })

describe('registering an endpoint', () => {
  it('gives it everything, a secret and the defaults unless told otherwise', async () => {
    const { endpoint, secret } = await room.register()
    expect(endpoint).toMatchObject({
      tenantId: room.tenantId,
      url: 'https://receiver.example/hook',
      description: null,
      status: 'active',
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      failedAttempts: 0,
      headers: {},
      retry: null,
      timeoutMs: null,
      maxInFlight: null,
      ratePerSecond: null,
      metadata: {},
      subscriptions: [{ eventTypes: ['*'], filter: null }],
    })
    expect(secret).toMatch(/^whsec_/)
  })

  it('keeps what it is told', async () => {
    const retry = { kind: 'schedule' as const, delaysSeconds: [1, 2.5], jitter: 0 }
    const settings = {
      description: 'd',
      headers: { 'x-a': 'b' },
      retry,
      timeoutMs: 2_000,
      maxInFlight: 3,
      ratePerSecond: 4,
      metadata: { plan: 'pro' },
    }
    const subscriptions = [one({ amount: { $gte: 1000 } }), one()]
    const { endpoint } = await room.register({ ...settings, subscriptions })
    expect(endpoint).toMatchObject({ ...settings, headers: { 'x-a': '[redacted]' }, subscriptions })
  })

  it('subscribes to nothing when told so', async () => {
    const { endpoint } = await room.register({ subscriptions: [] })
    expect(endpoint.subscriptions).toEqual([])
  })

  it('keeps the URL in its normal form', async () => {
    const { endpoint } = await room.register({ url: 'https://Receiver.Example:443/a/../b#c' })
    expect(endpoint.url).toBe('https://receiver.example/b')
  })

  it('takes a secret that is brought along, and never stores one as it reads', async () => {
    const secret = newSecret()
    const { endpoint, ...shown } = await room.register({ secret })
    expect(shown.secret).toBe(secret)
    expect(await revealSecret(room.db, needs, room.tenantId, endpoint.id)).toEqual({ secret, previous: [] })
    const [destination] = await loadDestinations(room.db, [endpoint.id])
    expect(destination?.secrets).toHaveLength(1)
    const sealed = destination!.secrets[0]!.sealed
    expect(sealed.includes(secret)).toBe(false)
    expect(sealed.includes(Buffer.from(secret.slice(6), 'base64'))).toBe(false)
  })

  it('makes what is cached of the tenant stale', async () => {
    const before = await room.version()
    await room.register()
    expect(await room.version()).toBe(before + 1)
  })

  it.each([
    ['a URL that cannot be read', { url: 'receiver' }, 'url_invalid', ['url']],
    ['an address inside', { url: 'https://127.0.0.1/' }, 'url_not_allowed', ['url']],
    ['a header of ours', { headers: { 'Webhook-Id': 'x' } }, 'header_not_allowed', ['headers.Webhook-Id']],
    ['a short secret', { secret: 'whsec_c2hvcnQ=' }, 'secret_invalid', ['secret']],
    [
      'a filter that cannot be used',
      { subscriptions: [one(), one({ a: { $where: 1 } })] },
      'filter_invalid',
      ['subscriptions[1].filter.a.$where'],
    ],
    ['a filter that is none', { subscriptions: [one('x')] }, 'filter_invalid', ['subscriptions[0].filter']],
    [
      'too many subscriptions',
      { subscriptions: Array(101).fill(one()) },
      'too_many_subscriptions',
      ['subscriptions'],
    ],
  ])('refuses %s, and leaves nothing behind', async (_, registration, code, paths) => {
    const before = await room.version()
    await expect(room.register(registration)).rejects.toMatchObject(refusedAs(code, ...paths))
    expect(await room.version()).toBe(before)
  })

  it('never tells a secret in an error', async () => {
    const secret = 'whsec_bm90IGxvbmcgZW5vdWdo'
    const error: Error = await room.register({ secret }).then(
      () => expect.unreachable(),
      (reason: Error) => reason,
    )
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('bm90IGxvbmc')
  })

  it('is not found for a tenant that does not exist', async () => {
    const nobody = registerEndpoint(room.db, needs, 'nobody', { url: 'https://receiver.example/' })
    await expect(nobody).rejects.toMatchObject({ code: 'not_found' })
  })
})
