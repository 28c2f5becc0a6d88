import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashOfKey, idOfKeyText, KEY_FORM, newKeyText } from '../../src/access/key-text.ts'
import { newId } from '../../src/ids.ts'

describe('the text of an API key', () => {
  it('names its id, and has a form that a scanner finds', () => {
    const id = newId('apiKey')
    const text = newKeyText(id)
    expect(text).toMatch(KEY_FORM)
    expect(text).toHaveLength(4 + 26 + 43 + 6)
    expect(idOfKeyText(text)).toBe(id)
  })

  it('is another one each time, also for one id', () => {
    const id = newId('apiKey')
    const texts = Array.from({ length: 100 }, () => newKeyText(id))
    expect(new Set(texts).size).toBe(100)
    expect(new Set(texts.map((text) => hashOfKey(text).toString('hex'))).size).toBe(100)
  })

  it('with any one character changed, or two neighbours swapped, is told apart', () => {
    const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))
    const text = newKeyText(newId('apiKey'))
    fc.assert(
      fc.property(fc.nat(text.length - 1), printable, (at, character) => {
        fc.pre(text[at] !== character)
        expect(idOfKeyText(text.slice(0, at) + character + text.slice(at + 1))).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
    for (let at = 4; at < text.length - 1; at++) {
      const swapped = text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2)
      if (swapped !== text) expect(idOfKeyText(swapped)).toBeUndefined()
    }
  })

  it.each(['', 'rbk_', 'whsec_abc', `rbk_${'0'.repeat(75)}`])('is not %j', (text) => {
    expect(idOfKeyText(text)).toBeUndefined()
  })

  it('cut short or with more behind it is told apart', () => {
    const text = newKeyText(newId('apiKey'))
    for (const other of [text.slice(0, -1), `${text}0`, ` ${text}`, `${text}\n`, text.toUpperCase()])
      expect(idOfKeyText(other)).toBeUndefined()
  })
})
