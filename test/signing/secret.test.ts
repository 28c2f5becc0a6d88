import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newSecret, parseSecret } from '../../src/signing/secret.ts'

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString('base64')}`

describe('a signing secret', () => {
  it('is 32 random bytes when new', () => {
    expect(parseSecret(newSecret())).toHaveLength(32)
    expect(newSecret()).not.toBe(newSecret())
  })

  it('may hold 24 to 64 bytes, and gives them back exactly', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
        expect(Buffer.from(parseSecret(secretOf(bytes)))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it.each([
    ['empty', ''],
    ['without its prefix', Buffer.alloc(32).toString('base64')],
    ['with nothing behind its prefix', 'whsec_'],
    ['of 23 bytes', secretOf(Buffer.alloc(23))],
    ['of 65 bytes', secretOf(Buffer.alloc(65))],
    ['without its padding', secretOf(Buffer.alloc(32)).replace('=', '')],
    ['in the URL alphabet', secretOf(Buffer.alloc(32, 0xff)).replaceAll('/', '_')],
    ['with a line break', `${newSecret()}\n`],
    ['with stray last bits, which decoders read differently', `whsec_${'A'.repeat(42)}B=`],
  ])('is refused when %s', (_, text) => {
    expect(() => parseSecret(text)).toThrow(
      expect.objectContaining({ kind: 'refused', code: 'secret_invalid' }),
    )
  })

  it('does not appear in the message that refuses it', () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 8 }), (encoded) => {
        try {
          parseSecret(`whsec_${encoded}`)
        } catch (error) {
          expect(String(error)).not.toContain(encoded)
        }
      }),
    )
  })
})
