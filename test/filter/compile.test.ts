import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/filter/compile.ts'
import { anyData, anyFilter } from './arbitraries.ts'
import { oracle } from './oracle.ts'

const matches = (filter: unknown, data: unknown) => {
  const verdict = compileFilter(filter)(data)
  if (verdict === 'too_costly') throw new Error('It costs too much.')
  return verdict === 'match'
}

const order = {
  amount: 1000,
  currency: 'EUR',
  paid: false,
  note: null,
  customer: { id: 'c_7', country: 'DE', address: { city: 'Köln' } },
  tags: ['new', 'large'],
  lines: [
    { sku: 'A-1', quantity: 2 },
    { sku: 'B-2', quantity: 5 },
  ],
}

describe('a filter', () => {
  it.each([
    [{}, true],
    [{ amount: 1000 }, true],
    [{ amount: '1000' }, false],
    [{ amount: { $gte: 1000 } }, true],
    [{ amount: { $gt: 1000 } }, false],
    [{ amount: { $gt: 1, $lt: 1001 } }, true],
    [{ amount: { $lt: '9' } }, false],
    [{ currency: { $gt: 'DEM', $lte: 'EUR' } }, true],
    [{ currency: { $in: ['EUR', 'USD'] } }, true],
    [{ currency: { $nin: ['EUR', 'USD'] } }, false],
    [{ currency: { $in: [] } }, false],
    [{ currency: { $ne: 'EUR' } }, false],
    [{ currency: { $startsWith: 'EU' } }, true],
    [{ currency: { $startsWith: 'UR' } }, false],
    [{ currency: { $endsWith: 'UR' } }, true],
    [{ amount: { $startsWith: '1' } }, false],
    [{ paid: false }, true],
    [{ paid: { $ne: 0 } }, true],
    [{ 'customer.address.city': 'Köln' }, true],
    [{ 'customer.address.zip': { $exists: false } }, true],
    [{ 'customer.id.x': { $exists: true } }, false],
    [{ $or: [{ amount: 1 }, { currency: 'EUR' }] }, true],
    [{ $and: [{ amount: 1000 }, { currency: 'USD' }] }, false],
    [{ $not: { amount: 1000 } }, false],
    [{ amount: { $not: { $gt: 1000 } } }, true],
    [{ missing: { $not: { $gt: 1000 } } }, true],
    [{ amount: 1000, $or: [{ paid: true }, { $not: { note: 'x' } }] }, true],
  ])('%j over the order: %s', (filter, expected) => {
    expect(matches(filter, order)).toBe(expected)
  })

  it('means what its second telling means, over any data without arrays', () => {
    let matched = 0
    fc.assert(
      fc.property(anyFilter, anyData, (filter, data) => {
        const expected = oracle(filter, data)
        if (expected) matched++
        expect(matches(filter, data)).toBe(expected)
      }),
      { numRuns: 2_000 },
    )
    expect(matched).toBeGreaterThan(100) // else the property would say little
  })

  it('takes null and a missing value for one, unless asked whether it exists', () => {
    expect(matches({ note: null }, order)).toBe(true)
    expect(matches({ missing: null }, order)).toBe(true)
    expect(matches({ note: { $exists: true } }, order)).toBe(true)
    expect(matches({ missing: { $exists: true } }, order)).toBe(false)
    expect(matches({ a: { b: null } }, { a: { c: 1 } })).toBe(false)
  })

  it('compares an object as a whole, in any key order', () => {
    expect(matches({ customer: { country: 'DE' } }, order)).toBe(false)
    expect(matches({ 'customer.address': { city: 'Köln' } }, order)).toBe(true)
    expect(matches({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toBe(true)
  })

  it('holds for an array when it holds for any element, or for the whole', () => {
    expect(matches({ tags: 'large' }, order)).toBe(true)
    expect(matches({ tags: ['new', 'large'] }, order)).toBe(true)
    expect(matches({ tags: ['large', 'new'] }, order)).toBe(false)
    expect(matches({ tags: { $startsWith: 'la' } }, order)).toBe(true)
    expect(matches({ 'lines.sku': 'B-2' }, order)).toBe(true)
    expect(matches({ 'lines.quantity': { $gt: 2 } }, order)).toBe(true)
    expect(matches({ 'lines.quantity': { $gt: 5 } }, order)).toBe(false)
    expect(matches({ 'lines.0.sku': 'A-1' }, order)).toBe(true)
    expect(matches({ 'lines.0.sku': 'B-2' }, order)).toBe(false)
  })

  it('that negates holds for an array when it holds for no element', () => {
    expect(matches({ tags: { $ne: 'large' } }, order)).toBe(false)
    expect(matches({ tags: { $ne: 'small' } }, order)).toBe(true)
    expect(matches({ tags: { $nin: ['small', 'new'] } }, order)).toBe(false)
    expect(matches({ 'lines.quantity': { $not: { $gt: 2 } } }, order)).toBe(false)
    expect(matches({ 'lines.quantity': { $not: { $gt: 5 } } }, order)).toBe(true)
    expect(matches({ tags: { $ne: 'x' } }, { tags: [] })).toBe(true)
  })

  it('gives the same answer however often it is asked, whatever it was asked between', () => {
    fc.assert(
      fc.property(anyFilter, anyData, anyData, (filter, one, other) => {
        const test = compileFilter(filter)
        const first = test(one)
        test(other)
        expect(test(one)).toBe(first)
      }),
    )
  })

  it('is not changed by what its sender does to it later', () => {
    const filter = { currency: { $in: ['EUR'] } }
    const test = compileFilter(filter)
    filter.currency.$in[0] = 'USD'
    expect(test(order)).toBe('match')
  })
})

describe('hostile data', () => {
  const hostileKey = fc.constantFrom(
    'a',
    'b',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'toJSON',
    '$where',
    'length',
  )
  const hostileData = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc
        .array(fc.tuple(hostileKey, tie('value')), { maxLength: 3 })
        // As JSON.parse would make it: `__proto__` becomes a key of the object's own.
        .map((entries) => Object.fromEntries(entries)),
    ),
  })).value

  it('never makes a filter throw, and is never changed by one', () => {
    fc.assert(
      fc.property(anyFilter, hostileData, (filter, data) => {
        const before = JSON.stringify(data)
        expect(typeof matches(filter, data)).toBe('boolean')
        expect(JSON.stringify(data)).toBe(before)
      }),
      { numRuns: 1_000 },
    )
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each([undefined, null, 0, '', 'text', true, [], [null], [[[]]]])(
    'may be no object at all: %j',
    (data) => {
      expect(matches({ 'a.b': { $exists: true } }, data)).toBe(false)
      expect(matches({ 'a.b': { $ne: 1 } }, data)).toBe(true)
    },
  )

  it('may nest deeper than a filter looks', () => {
    const deepObject = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`)
    const deepArray = JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`)
    expect(matches({ 'a.a.a': { $exists: true } }, deepObject)).toBe(true)
    expect(matches({ a: 1 }, { a: deepArray })).toBe(true)
    expect(matches({ a: { $in: [[2]] } }, { a: deepArray })).toBe(false)
  })

  it('of nested arrays is walked, and not copied at every level', () => {
    const copied = () => {
      throw new Error('An array was copied.')
    }
    let data: unknown = 1
    for (let level = 0; level < 60; level++) data = Object.defineProperty([data], 'map', { value: copied })
    const filter = { a: { $ne: 2, $gte: 1, $in: [[3], 1], $not: { $eq: [2] } } }
    expect(matches(filter, { a: data })).toBe(true)
  })
})
