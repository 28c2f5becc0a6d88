import { describe, expect, it } from 'vitest'
import { createAccess } from '../../src/access/keys.ts'

const adminKey = 'an operator may choose: any string, with spaces too'
const access = createAccess({ adminKey })

describe('access', () => {
  it('knows the holder of the admin key', () => {
    expect(access.authenticate(`Bearer ${adminKey}`)).toEqual({ owner: 'admin' })
  })

  it('takes the scheme in any case, as HTTP says', () => {
    expect(access.authenticate(`bearer ${adminKey}`)).toEqual({ owner: 'admin' })
  })

  it('keeps the owner when the key is changed, so that answers are found again', () => {
    const changed = createAccess({ adminKey: 'k'.repeat(32) })
    expect(changed.authenticate(`Bearer ${'k'.repeat(32)}`)).toEqual(
      access.authenticate(`Bearer ${adminKey}`),
    )
  })

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['the key without a scheme', adminKey],
    ['another scheme', `Basic ${adminKey}`],
    ['no key', 'Bearer '],
    ['another key', `Bearer ${'k'.repeat(32)}`],
    ['the beginning of the key', `Bearer ${adminKey.slice(0, -1)}`],
    ['the key and more', `Bearer ${adminKey}!`],
  ])('refuses %s', (_what, header) => {
    expect(() => access.authenticate(header)).toThrow(
      expect.objectContaining({ kind: 'unauthorized', code: 'unauthorized' }),
    )
  })
})
