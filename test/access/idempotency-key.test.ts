import { describe, expect, it } from 'vitest'
import { fingerprintOf, parseIdempotencyKey } from '../../src/access/idempotency-key.ts'

describe('an idempotency key', () => {
  it.each([
    ['absent', undefined, undefined],
    ['bare', '8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['quoted', '"8e03978e"', '8e03978e'],
    ['quoted with escapes', String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['with a space inside', 'order 17', 'order 17'],
    ['with a quote that is not closed', '"order', '"order'],
    ['of 255 characters', 'k'.repeat(255), 'k'.repeat(255)],
  ])('%s is read', (_how, header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key)
  })

  it.each([
    ['empty', ''],
    ['empty in quotes', '""'],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a control character', 'a\tb'],
    ['beyond ASCII', 'schlüssel'],
  ])('%s is refused', (_how, header) => {
    expect(() => parseIdempotencyKey(header)).toThrow(
      expect.objectContaining({ kind: 'malformed', code: 'idempotency_key_invalid' }),
    )
  })
})

describe('a fingerprint', () => {
  const fingerprint = fingerprintOf('POST', '/v1/a', '{}')

  it('is the same for the same request, as text or as bytes', () => {
    expect(fingerprintOf('POST', '/v1/a', Buffer.from('{}'))).toEqual(fingerprint)
  })

  it.each<[string, [method: string, path: string, body: string]]>([
    ['another method', ['PUT', '/v1/a', '{}']],
    ['another path', ['POST', '/v1/b', '{}']],
    ['another body', ['POST', '/v1/a', '{ }']],
  ])('differs with %s', (_what, request) => {
    expect(fingerprintOf(...request)).not.toEqual(fingerprint)
  })
})
