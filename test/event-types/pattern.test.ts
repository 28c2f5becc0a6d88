import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../src/event-types/pattern.ts'

const PATTERNS = [
  '^\\d{4}-\\d{2}-\\d{2}$',
  '^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$',
  '^(?:EUR|USD)$',
  '^\\/v1\\/',
  '\\bab\\b',
  '\\Bb',
  '^\\p{Lu}\\p{L}*$',
  '^\\P{L}+$',
  '^(?<first>a+?)b?$',
  '^.$',
  '^.+$',
  '^[.]$',
  '\\s',
  '^\\S+$',
  '^[\\s\\d]+$',
  '^[^\\s]+$',
  '^[\\S]$',
  '^[^\\S]$',
  '^[^a]$',
  'a|^$',
  '^[^]$',
  '[]',
  '^\\u00e9$',
  '^\\u{1f600}$',
  '^\\ud83d\\ude00$',
  '^[\\ud83d\\ude00-\\ud83d\\ude4f]$',
  '^\\x41\\cJ?\\0?$',
  '^\\[\\.\\]$',
  '^[[:alpha:][a]+$',
  '^[&&a-]+$',
  '^[\\]\\[.]+$',
  '^\\$|a{1,2}?$',
]
const anyCharacter = fc.constantFrom(
  ...'aAb1é😀.-@/[]$\\ \t\n\v\f\r\0\u00a0\u1680\u180e\u2003\u200b\u2028\u2029\u202f\u205f\u3000\ufeff',
)
const anyText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 4 }),
  fc.constantFrom('2026-11-28', 'a.b@c-d.example', 'EUR', '/v1/', '[.]', ':p[', 'Éa', 'A\n'),
)

describe('a pattern of a schema', () => {
  it.each(PATTERNS)('means what it does in JavaScript, on any text: %s', (source) => {
    const ours = compilePattern(source)
    const theirs = new RegExp(source, 'u')
    fc.assert(
      fc.property(anyText, (text) => {
        expect(ours.test(text)).toBe(theirs.test(text))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['^(a+)+$', 'a'.repeat(100_000)],
    ['^(\\w+\\s?)*$', 'a'.repeat(100_000)],
    ['^(a|a)*$', 'a'.repeat(100_000)],
    ['(a+a+)+b', 'a'.repeat(100_000)],
  ])('never goes back: %s is asked about a hundred thousand letters', (source, text) => {
    expect(compilePattern(source).test(`${text}!`)).toBe(false) // going back takes longer than a test may
  })

  it.each(['^(?=a)', '^(?!a)', '(?<=a)b', '(?<!a)b', '(a)\\1', '(?<x>a)\\k<x>', 'a{1,5000}'])(
    'that needs going back, or is too large, is refused: %s',
    (source) => {
      expect(() => compilePattern(source)).toThrow(`pattern ${JSON.stringify(source)} cannot be used`)
    },
  )

  it.each(['(', 'a**', '(?i)a', '\\Qa\\E', '\\z', '(?P<x>a)', '[[:alpha:]]'])(
    'that is none in JavaScript is refused: %s',
    (source) => {
      expect(() => compilePattern(source)).toThrow(/regular expression/)
    },
  )
})
