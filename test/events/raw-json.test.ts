import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { depthExceeds, elementSlices, memberSlices, type Slice } from '../../src/events/raw-json.ts'

const cut = (text: string, { start, end }: Slice) => text.slice(start, end)
const members = (text: string, from?: number) =>
  Object.fromEntries([...memberSlices(text, from)].map(([key, slice]) => [key, cut(text, slice)]))
const elements = (text: string, from?: number) => elementSlices(text, from).map((slice) => cut(text, slice))

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const anySpace = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 2 })
const anyJson = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>

/** Writes a value as a host might: with white space anywhere it may stand, and strings quoted one way or another. */
function write(value: Json, space: () => string, quote: (text: string) => string): string {
  const spaced = (inner: Json): string => space() + write(inner, space, quote) + space()
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `[${value.length === 0 ? space() : value.map(spaced).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${spaced(key)}:${spaced(inner)}`)
    return `{${pairs.length === 0 ? space() : pairs.join(',')}}`
  }
  return JSON.stringify(value)
}

const quotePlainly = (text: string) => JSON.stringify(text)
const quoteEscaped = (text: string) =>
  `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`

describe('the slices of JSON', () => {
  it('parse to what the whole parses to, however it is written', () => {
    const anyWriting = fc.tuple(fc.infiniteStream(anySpace), fc.constantFrom(quotePlainly, quoteEscaped))
    fc.assert(
      fc.property(anyJson, anyWriting, (value, [spaces, quote]) => {
        const text = write([value, { value }], () => spaces.next().value ?? '', quote)
        expect(deepParse(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('keep the bytes exactly', () => {
    const text =
      ' { "a" : 1e400 , "b":-0,"c":[ 1,\t2 ],"d":"\\u0041\\/\u2028\\ud800","e":{"z":1,"a":2,"z":3} ,"f":1.0E+2}\n'
    expect(members(text)).toEqual({
      a: '1e400',
      b: '-0',
      c: '[ 1,\t2 ]',
      d: '"\\u0041\\/\u2028\\ud800"',
      e: '{"z":1,"a":2,"z":3}',
      f: '1.0E+2',
    })
  })

  it('take the last of duplicate keys, also when they are escaped differently', () => {
    expect(members('{"a":1,"b":2,"\\u0061":3}')).toEqual({ a: '3', b: '2' })
  })

  it('treat __proto__ as a key like any other', () => {
    const slices = memberSlices('{"__proto__":{"admin":true},"constructor":1}')
    expect([...slices.keys()]).toEqual(['__proto__', 'constructor'])
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })

  it('are not misled by brackets, quotes and backslashes in strings', () => {
    const text = '{"}":"]","\\"":"\\\\","\\\\":"\\\\\\"}","":"{"}'
    expect(members(text)).toEqual({ '}': '"]"', '"': '"\\\\"', '\\': '"\\\\\\"}"', '': '"{"' })
    expect(elements('["a\\\\","]",[["]"]],"\\\\\\\\"]')).toEqual(['"a\\\\"', '"]"', '[["]"]]', '"\\\\\\\\"'])
  })

  it('can be taken from the middle of a text', () => {
    const text = '{"events": [ {"data": 1}, {"data": [2] } ], "more": 3}'
    const events = memberSlices(text).get('events')!
    expect(elementSlices(text, events.start).map((event) => members(text, event.start))).toEqual([
      { data: '1' },
      { data: '[2]' },
    ])
  })

  it('of nothing are none', () => {
    expect(members(' { } ')).toEqual({})
    expect(elements('\n[\t]')).toEqual([])
  })

  it('are refused where there is no such container', () => {
    expect(() => memberSlices('[1]')).toThrow('No { at offset 0')
    expect(() => elementSlices(' "[]"')).toThrow('No [ at offset 1')
  })

  it.each(['{"a', '{"a":"b', '{"a":[[', '{"a":{"b":"\\"'])(
    'of a text cut short are refused, not searched for ever: %s',
    (text) => {
      expect(() => memberSlices(text)).toThrow('The text ends inside')
    },
  )

  it('of 100,000-deep values are found without a call stack', () => {
    const deep = `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`
    expect(members(`{"data":${deep},"b":1}`)).toEqual({ data: deep, b: '1' })
    expect(elements(`[${deep}]`)).toEqual([deep])
  })

  it('of a megabyte of backslashes are found in one pass', () => {
    const backslashes = `"${'\\\\'.repeat(500_000)}"`
    expect(members(`{"a":${backslashes}}`)).toEqual({ a: backslashes })
  })
})

describe('the depth of JSON', () => {
  it('is known before parsing', () => {
    fc.assert(
      fc.property(anyJson, fc.nat({ max: 6 }), fc.nat({ max: 4 }), (value, limit, indent) => {
        const bytes = Buffer.from(JSON.stringify(value, null, indent))
        expect(depthExceeds(bytes, limit)).toBe(depthOf(value) > limit)
      }),
    )
  })

  it.each([
    ['1', 0, false],
    ['[]', 0, true],
    ['[]', 1, false],
    ['[[]]', 1, true],
    ['[[],[],{}]', 2, false],
    ['"[[[["', 0, false],
    ['"\\"[[["', 0, false],
    ['"\\\\"[[', 1, true],
  ])('%s beyond %i: %s', (text, limit, expected) => {
    expect(depthExceeds(Buffer.from(text), limit)).toBe(expected)
  })

  it('is answered for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (bytes, limit) => {
        expect(typeof depthExceeds(bytes, limit)).toBe('boolean')
      }),
    )
  })

  it('of 100,000 is found at once', () => {
    expect(depthExceeds(Buffer.from('['.repeat(100_000)), 100)).toBe(true)
  })
})

/** Parses a text through its slices alone, all the way down. */
function deepParse(text: string): unknown {
  const trimmed = text.trimStart()
  if (trimmed.startsWith('[')) return elements(text).map(deepParse)
  if (trimmed.startsWith('{')) {
    return Object.fromEntries(
      [...memberSlices(text)].map(([key, slice]) => [key, deepParse(cut(text, slice))]),
    )
  }
  return JSON.parse(text)
}

function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
