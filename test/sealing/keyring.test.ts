import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeyring } from '../../src/sealing/keyring.ts'

const failsWith = (code: string) => expect.objectContaining({ name: 'RingbackError', code })

const key = randomBytes(32)
const keyring = createKeyring([key])
const plaintext = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))

describe('a keyring', () => {
  it('opens what it sealed, for the same row', () => {
    fc.assert(
      fc.property(plaintext, fc.string(), (secret, rowId) => {
        expect(keyring.open(keyring.seal(secret, rowId), rowId)).toEqual(secret)
      }),
    )
  })

  it('seals text as UTF-8', () => {
    expect(keyring.open(keyring.seal('whsec_ü', 'sec_1'), 'sec_1').toString()).toBe('whsec_ü')
  })

  it('does not open a value moved to another row', () => {
    fc.assert(
      fc.property(plaintext, fc.uuid(), fc.uuid(), (secret, rowId, otherRowId) => {
        fc.pre(rowId !== otherRowId)
        expect(() => keyring.open(keyring.seal(secret, rowId), otherRowId)).toThrow(
          failsWith('sealed_broken'),
        )
      }),
    )
  })

  it('does not open a value with any one bit changed', () => {
    fc.assert(
      fc.property(plaintext, fc.nat(), fc.integer({ min: 0, max: 7 }), (secret, position, bit) => {
        const sealed = keyring.seal(secret, 'sec_1')
        const at = position % sealed.length
        sealed[at]! ^= 1 << bit
        const inKeyId = at >= 1 && at <= 4
        const code = inKeyId ? 'master_key_unknown' : 'sealed_broken'
        expect(() => keyring.open(sealed, 'sec_1')).toThrow(failsWith(code))
      }),
    )
  })

  it('does not open a value cut short anywhere', () => {
    const sealed = keyring.seal('whsec_', 'sec_1')
    for (let length = 0; length < sealed.length; length++) {
      expect(() => keyring.open(sealed.subarray(0, length), 'sec_1')).toThrow(failsWith('sealed_broken'))
    }
  })

  it('seals the same value differently every time, and never as it reads', () => {
    const sealed = keyring.seal('a very secret value', 'sec_1')
    expect(sealed).not.toEqual(keyring.seal('a very secret value', 'sec_1'))
    expect(sealed.includes('secret')).toBe(false)
  })

  it('keeps the published layout', () => {
    expect(keyring.seal('12345', 'sec_1')).toHaveLength(1 + 4 + 12 + 5 + 16)
    expect(keyring.seal('12345', 'sec_1')[0]).toBe(1)
  })

  it('keeps opening old values after a rotation, and seals with the first key alone', () => {
    const [older, newer] = [randomBytes(32), randomBytes(32)]
    const rotated = createKeyring([newer, older])

    expect(rotated.open(createKeyring([older]).seal('old', 'sec_1'), 'sec_1').toString()).toBe('old')
    expect(createKeyring([newer]).open(rotated.seal('new', 'sec_1'), 'sec_1').toString()).toBe('new')
    expect(() => createKeyring([older]).open(rotated.seal('new', 'sec_1'), 'sec_1')).toThrow(
      failsWith('master_key_unknown'),
    )
  })
})
