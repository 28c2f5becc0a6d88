import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { StartRefused } from '../../src/errors.ts'
import { parseMasterKeys } from '../../src/sealing/master-keys.ts'

const encoded = randomBytes(32).toString('base64')

describe('the master key setting', () => {
  it('holds one key, or several in order', () => {
    const other = randomBytes(32).toString('base64')
    const keys = parseMasterKeys(`${encoded}, ${other}`)
    expect(keys.map((key) => key.toString('base64'))).toEqual([encoded, other])
    expect(parseMasterKeys(encoded.replace('=', ''))).toEqual([Buffer.from(encoded, 'base64')])
  })

  it.each([
    ['', /Master key 1 holds 0 bytes/],
    [`${encoded},`, /Master key 2 holds 0 bytes/],
    [randomBytes(16).toString('base64'), /Master key 1 holds 16 bytes instead of 32/],
    [`${encoded},not base64!`, /Master key 2 is not base64/],
    [randomBytes(32).toString('hex'), /Master key 1 holds 48 bytes/],
  ])('is refused with its cure: %j', (text, message) => {
    expect(() => parseMasterKeys(text)).toThrow(StartRefused)
    expect(() => parseMasterKeys(text)).toThrow(message)
    expect(() => parseMasterKeys(text)).toThrow('openssl rand -base64 32')
  })

  it('is not repeated in the message that refuses it', () => {
    expect(() => parseMasterKeys(`${encoded}x`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(encoded.slice(0, 20)) }),
    )
  })
})
