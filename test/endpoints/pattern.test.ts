import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePatterns, isEventTypeName, isPattern } from '../../src/endpoints/pattern.ts'

const matches = (pattern: string, type: string) => compilePatterns([pattern])(type)

/** Few and short parts, so that names and patterns often meet. */
const anyName = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'a-b'), { minLength: 1, maxLength: 4 })
  .map((p) => p.join('.'))
const anyPattern = fc.oneof(
  anyName,
  anyName.map((name) => `${name}.*`),
  fc.constant('*'),
)

/** The same rule, told as a regular expression. */
const oracle = (pattern: string) => new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '.+')}$`)

describe('a pattern', () => {
  it.each([
    ['invoice.paid', 'invoice.paid', true],
    ['invoice.paid', 'invoice.paid.late', false],
    ['invoice.paid', 'Invoice.paid', false],
    ['invoice.*', 'invoice.paid', true],
    ['invoice.*', 'invoice.line.added', true],
    ['invoice.*', 'invoice', false],
    ['invoice.*', 'invoices.paid', false],
    ['invoice.line.*', 'invoice.paid', false],
    ['*', 'invoice', true],
    ['*', 'invoice.line.added', true],
  ])('%s over %s: %s', (pattern, type, expected) => {
    expect(matches(pattern, type)).toBe(expected)
  })

  it('means the same as its regular expression', () => {
    fc.assert(
      fc.property(anyPattern, anyName, (pattern, type) => {
        expect(matches(pattern, type)).toBe(oracle(pattern).test(type))
      }),
    )
  })

  it('among others adds what it matches, and takes nothing away', () => {
    fc.assert(
      fc.property(fc.array(anyPattern), anyName, (patterns, type) => {
        expect(compilePatterns(patterns)(type)).toBe(patterns.some((pattern) => matches(pattern, type)))
      }),
    )
  })

  it('may be a name, a name and a star, or a star', () => {
    fc.assert(fc.property(anyPattern, (pattern) => isPattern(pattern)))
  })

  it.each([
    '',
    '**',
    '*.paid',
    'invoice*',
    'invoice.*.paid',
    'invoice.**',
    '.*',
    'invoice.',
    '.paid',
    'a..*',
    'a b',
    'a\n',
  ])('cannot be %j', (text) => {
    expect(isPattern(text)).toBe(false)
  })
})

describe("an event type's name", () => {
  it('is dot-separated parts', () => {
    fc.assert(fc.property(anyName, (name) => isEventTypeName(name)))
  })

  it.each(['', '.', 'a.', '.a', 'a..b', '*', 'a.*', 'a/b', 'ü', 'a b', 'a\n', 'a:b'])(
    'cannot be %j',
    (text) => {
      expect(isEventTypeName(text)).toBe(false)
    },
  )

  it('has at most 256 characters, and 128 in a part', () => {
    expect(isEventTypeName('a'.repeat(128))).toBe(true)
    expect(isEventTypeName('a'.repeat(129))).toBe(false)
    expect(isEventTypeName(`${'a'.repeat(128)}.${'b'.repeat(127)}`)).toBe(true)
    expect(isEventTypeName(`${'a'.repeat(128)}.${'b'.repeat(128)}`)).toBe(false)
    expect(isPattern(`${'a'.repeat(128)}.${'b'.repeat(127)}.*`)).toBe(true)
  })

  it('is judged in linear time', () => {
    expect(isEventTypeName(`${'a.'.repeat(500_000)}!`)).toBe(false)
  })
})
