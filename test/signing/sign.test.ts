import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, it } from 'vitest'
import { newSecret, parseSecret } from '../../src/signing/secret.ts'
import { deliveryHeaders, sign } from '../../src/signing/sign.ts'

interface Vector {
  secret: string
  id: string
  timestamp: number
  body: string
  signature: string
}

const vectors: Vector[] = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))

const anyJson = fc.oneof(
  fc.json({ stringUnit: 'binary' }),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('{"a":1e400,"a":-0}', '{ "s" : "\u2028\\ud800" }', '{"b":1,"a":2,"__proto__":{}}'),
)

/** The libraries accept only what was signed within five minutes of the wall clock. */
const nowSeconds = () => Math.floor(Date.now() / 1000)

describe('sign', () => {
  it.each(vectors)('gives the published signature of $body', ({ secret, id, timestamp, body, signature }) => {
    expect(sign({ id, timestamp, body: Buffer.from(body), keys: [parseSecret(secret)] })).toBe(signature)
  })

  it('satisfies the standardwebhooks and svix libraries over any JSON body', () => {
    fc.assert(
      fc.property(anyJson, fc.integer({ min: 24, max: 64 }), (text, keyBytes) => {
        const body = Buffer.from(text)
        const key = Buffer.alloc(keyBytes, text)
        const secret = `whsec_${key.toString('base64')}`
        const headers = { ...deliveryHeaders({ id: 'evt_1', timestamp: nowSeconds(), body, keys: [key] }) }
        new StandardWebhook(secret).verify(body, headers)
        new SvixWebhook(secret).verify(body, headers)
      }),
    )
  })

  it('during a rotation satisfies a receiver that holds any one of the live secrets', () => {
    const secrets = [newSecret(), newSecret(), newSecret()]
    const body = Buffer.from('{"type":"invoice.paid"}')
    const keys = secrets.map(parseSecret)
    const headers = { ...deliveryHeaders({ id: 'evt_1', timestamp: nowSeconds(), body, keys }) }

    expect(headers['webhook-signature'].split(' ')).toHaveLength(3)
    for (const secret of secrets) new StandardWebhook(secret).verify(body, headers)
    expect(() => new StandardWebhook(newSecret()).verify(body, headers)).toThrow('No matching signature')
  })

  it('is broken by any one changed bit of the body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), (body, position) => {
        const keys = [parseSecret(newSecret())]
        const changed = Uint8Array.from(body)
        changed[position % body.length]! ^= 1
        const about = { id: 'evt_1', timestamp: 1, keys }
        expect(sign({ ...about, body: changed })).not.toBe(sign({ ...about, body }))
      }),
    )
  })

  it('refuses to let a callback leave unsigned', () => {
    expect(() => sign({ id: 'evt_1', timestamp: 1, body: Buffer.from('{}'), keys: [] })).toThrow('No key')
  })
})
