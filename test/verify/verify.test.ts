import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSecret } from '../../src/signing/secret.ts'
import { deliveryHeaders } from '../../src/signing/sign.ts'
import { newSecret, signedCallback, signedRequest } from '../../src/testing/index.ts'
import { VerificationError, verify, verifyRequest } from '../../src/verify/index.ts'

const secret = newSecret()
const sample = { type: 'invoice.paid', data: { amount: 1200 }, secret }
const now = new Date('2027-03-01T12:00:00.000Z')

/** Why a request is refused. */
async function reasonOf(
  request: Request,
  secrets: string | string[] = secret,
  options = {},
): Promise<unknown> {
  const error = await verifyRequest(request, secrets, options).catch((thrown: unknown) => thrown)
  return error instanceof VerificationError ? error.reason : error
}

const changed = (request: Request, change: (headers: Headers) => void, body?: string) => {
  const headers = new Headers(request.headers)
  change(headers)
  return new Request(request.url, {
    method: 'POST',
    headers,
    body: body ?? request.body,
    duplex: 'half',
  } as RequestInit)
}

describe('a callback', () => {
  it('is verified, and gives what it holds', async () => {
    const request = signedRequest({ ...sample, id: 'evt_1', timestamp: new Date(0), sentAt: now })
    const callback = await verifyRequest(request, secret, { now: () => now })
    expect(callback).toEqual({
      id: 'evt_1',
      type: 'invoice.paid',
      timestamp: new Date(0),
      data: { amount: 1200 },
      sentAt: now,
      body: '{"type":"invoice.paid","timestamp":"1970-01-01T00:00:00.000Z","data":{"amount":1200}}',
    })
  })

  it('is verified as Ringback itself signs it, whatever its data', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ stringUnit: 'binary' }), async (data) => {
        const body = Buffer.from(JSON.stringify({ type: 'a', timestamp: now.toISOString(), data }))
        const signed = { id: 'evt_1', timestamp: now.getTime() / 1_000, body, keys: [parseSecret(secret)] }
        const headers = { ...deliveryHeaders(signed) }
        const callback = verify(body, headers, secret, { now: () => now })
        expect(callback.data).toEqual(JSON.parse(JSON.stringify(data)))
      }),
      { numRuns: 300 },
    )
  })

  it('is verified with the old secret and with the new one, while one is rotated', async () => {
    const [old, fresh] = [newSecret(), newSecret()]
    const both = { ...sample, secret: [fresh, old] }
    for (const secrets of [old, fresh, [old, fresh]])
      expect(await verifyRequest(signedRequest(both), secrets)).toMatchObject({ type: 'invoice.paid' })
    expect(await verifyRequest(signedRequest({ ...sample, secret: old }), [fresh, old])).toBeDefined()
    expect(await reasonOf(signedRequest({ ...sample, secret: old }), fresh)).toBe('no_matching_signature')
  })

  it('is not taken when one bit of its body is another', async () => {
    const { body, headers } = signedCallback(sample)
    const bytes = Buffer.from(body)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const broken = Buffer.from(bytes)
      broken[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => verify(broken, headers, secret), `bit ${bit}`).toThrow(/no_matching_signature/)
    }
  })

  it('is not taken when any of what is signed is another', async () => {
    const request = () => signedRequest(sample)
    const later = String(Math.floor(Date.now() / 1_000) + 1)
    expect(await reasonOf(changed(request(), (h) => h.set('webhook-id', 'evt_2')))).toBe(
      'no_matching_signature',
    )
    expect(await reasonOf(changed(request(), (h) => h.set('webhook-timestamp', later)))).toBe(
      'no_matching_signature',
    )
    for (const signature of ['v1,', 'v1', ' ', 'v2,x', `v1,${'A'.repeat(44)}`, `v1a,${'A'.repeat(44)}`])
      expect(
        await reasonOf(changed(request(), (h) => h.set('webhook-signature', `x ${signature}`))),
        signature,
      ).toBe('no_matching_signature')
  })

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s is none', async (name) => {
    expect(await reasonOf(changed(signedRequest(sample), (headers) => headers.delete(name)))).toBe(
      'missing_header',
    )
  })

  it.each(['soon', '-1', '1.5', '0x10', '1e9', '99999999999999'])('of the time %s is none', async (time) => {
    const request = changed(signedRequest(sample), (headers) => headers.set('webhook-timestamp', time))
    expect(await reasonOf(request)).toBe('malformed_header')
  })

  it('is taken within the window alone: five minutes either way, or what is told', async () => {
    const at = (seconds: number) =>
      signedRequest({ ...sample, sentAt: new Date(now.getTime() + seconds * 1_000) })
    const options = { now: () => now }
    expect(await reasonOf(at(-301), secret, options)).toBe('timestamp_too_old')
    expect(await reasonOf(at(301), secret, options)).toBe('timestamp_too_new')
    for (const seconds of [-300, 0, 300])
      expect(await verifyRequest(at(seconds), secret, options)).toMatchObject({ type: 'invoice.paid' })
    expect(await reasonOf(at(-11), secret, { ...options, windowSeconds: 10 })).toBe('timestamp_too_old')
    expect(await verifyRequest(at(-3_000), secret, { ...options, windowSeconds: 3_600 })).toBeDefined()
  })

  it('that is too large is not read to its end', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const { headers } = signedRequest(sample)
    const request = new Request('http://x.test/', {
      method: 'POST',
      headers,
      body: endless,
      duplex: 'half',
    } as RequestInit)
    expect(await reasonOf(request, secret, { maxBytes: 200_000 })).toBe('body_too_large')
    expect(pulled).toBeLessThan(10)
  })

  it('whose body somebody has read cannot be verified', async () => {
    const request = signedRequest(sample)
    await request.json()
    expect(await reasonOf(request)).toBe('body_not_raw')
    expect(() => verify({ type: 'parsed' } as never, signedCallback(sample).headers, secret)).toThrow(
      /body_not_raw/,
    )
  })

  it.each([
    ['is no JSON', 'hello'],
    ['is empty', ''],
    ['is no object', 'null'],
    ['has no type', '{"timestamp":"2027-03-01T12:00:00.000Z"}'],
    ['has no time', '{"type":"a"}'],
  ])('that %s is none, be its signature true', async (_, body) => {
    const signed = {
      id: 'evt_1',
      timestamp: now.getTime() / 1_000,
      body: Buffer.from(body),
      keys: [parseSecret(secret)],
    }
    const headers = { ...deliveryHeaders(signed) }
    expect(() => verify(body, headers, secret, { now: () => now })).toThrow(/body_not_json/)
  })
})

describe('a secret', () => {
  it.each([
    ['there is none', []],
    ['it is empty', ''],
    ['it was not set', undefined as unknown as string],
    ['it is no base64', 'whsec_!!!'],
  ])('that cannot be one is told apart from a bad request: %s', async (_, bad) => {
    await expect(verifyRequest(signedRequest(sample), bad)).rejects.toThrow(TypeError)
  })

  it('is never in an error', async () => {
    const other = `whsec_${randomBytes(32).toString('base64')}`
    const error = await verifyRequest(signedRequest(sample), other).catch((thrown: Error) => thrown)
    expect(JSON.stringify(error) + (error as Error).stack).not.toContain(other.slice(6))
  })
})
