/** JSON texts as hosts may write them: valid, and not what `JSON.stringify` would ever give back. */
import fc from 'fast-check'

/** Numbers that a parser rounds, overflows or normalises. */
const number = fc.oneof(
  fc.constantFrom('-0', '0.0', '1e400', '-1e400', '1E+2', '1e-400', '0.1e1', '1.10'),
  fc.constantFrom('9007199254740993', '123456789012345678901234567890', '3.141592653589793238462643'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
)

/** One character of a string, as it stands between the quotes. */
const character = fc.oneof(
  fc.constantFrom('\u2028', '\u2029', '\u00a0', '\ufeff', '😀', '👩‍👩‍👧', 'ß', '漢', '\u007f', '/'),
  fc.constantFrom(
    '\\u2028',
    '\\ud83d\\ude00',
    '\\ud800',
    '\\udc00',
    '\\u0041',
    '\\/',
    '\\"',
    '\\\\',
    '\\n',
    '\\u001b',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).map((one) => JSON.stringify(one).slice(1, -1)),
)

const string = fc.array(character, { maxLength: 8 }).map((characters) => `"${characters.join('')}"`)

/** Names that repeat, sort differently when parsed, or mean something to JavaScript. */
const name = fc.oneof(
  fc.constantFrom(
    '"a"',
    '"a"',
    '"b"',
    '"10"',
    '"2"',
    '"__proto__"',
    '"constructor"',
    '"data"',
    '"type"',
    '""',
  ),
  string,
)

const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r\n  ')

const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    number,
    string,
    fc.constantFrom('true', 'false', 'null'),
    tie('list'),
    tie('object'),
  ),
  list: fc
    .array(fc.tuple(space, tie('value'), space), { maxLength: 4 })
    .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
  object: fc
    .array(fc.tuple(space, name, space, tie('value'), space), { maxLength: 4 })
    .map((members) => `{${members.map(([a, key, b, of, c]) => `${a}${key}${b}:${b}${of}${c}`).join(',')}}`),
}))

/**
 * So many JSON texts, the same for the same seed.
 * @param count at least the handful that must never be missing
 */
export const rawJsonTexts = (count: number, seed: number): string[] => [
  ...ALWAYS,
  ...fc.sample(value, { seed, numRuns: count - ALWAYS.length }),
]

/** What chance might leave out. */
const ALWAYS = [
  '{"a":1,"a":2}',
  '1e400',
  '-0',
  '{"b":1,"a":2,"10":3,"2":4}',
  '"\u2028\u2029"',
  '"\\ud800"',
  '"😀"',
  '{"__proto__":{"polluted":true}}',
  '{ "spaced" : [ 1 , 2 ] }',
]
