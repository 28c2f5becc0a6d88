import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RingbackError } from '../../src/errors.ts'
import { compileFilter } from '../../src/filter/compile.ts'
import { anyFilter } from './arbitraries.ts'

const refusedAt = (...paths: string[]) =>
  expect.objectContaining({
    kind: 'refused',
    code: 'filter_invalid',
    faults: paths.map((path) => expect.objectContaining({ path })),
  })

/** A filter inside so many `$not`s that it is `depth` objects deep, its one condition included. */
const nested = (depth: number) => {
  let filter: object = { a: { $gt: 1 } }
  for (let i = 2; i < depth; i++) filter = { $not: filter }
  return filter
}

describe('a filter is refused', () => {
  it.each([
    ['', null],
    ['', 'amount > 5'],
    ['', [{ a: 1 }]],
    ['$where', { $where: 'globalThis.hacked = true' }],
    ['$regex', { $regex: '(a+)+$' }],
    ['$nor', { $nor: [{ a: 1 }] }],
    ['$gt', { $gt: 5 }],
    ['a.$where', { a: { $where: 'true' } }],
    ['a.$regex', { a: { $regex: '(a+)+$', $eq: 1 } }],
    ['a.$elemMatch', { a: { $elemMatch: { b: 1 } } }],
    ['a.$not.$where', { a: { $not: { $where: 'true' } } }],
    ['$and[1].$or[0].$where', { $and: [{ a: 1 }, { $or: [{ $where: 'true' }] }] }],
    ['$not.$where', { $not: { $where: 'true' } }],
    ['a.$in[0].$where', { a: { $in: [{ $where: 'true' }] } }],
    ['a.$eq.$where', { a: { $eq: { $where: 'true' } } }],
    ['a.b.$gt', { a: { b: { $gt: 5 } } }],
    ['a.b', { a: { $gt: 5, b: 1 } }],
    ['a.$or', { a: { $or: [{ $gt: 5 }] } }],
    ['a.$in', { a: { $in: 'x' } }],
    ['a.$nin', { a: { $nin: { 0: 'x' } } }],
    ['$and', { $and: { a: 1 } }],
    ['$or', { $or: [] }],
    ['$or[0]', { $or: ['a'] }],
    ['$not', { $not: [{ a: 1 }] }],
    ['a.$not', { a: { $not: 5 } }],
    ['a.$not', { a: { $not: {} } }],
    ['a.$exists', { a: { $exists: 'yes' } }],
    ['a.$startsWith', { a: { $startsWith: 5 } }],
    ['a.$endsWith', { a: { $endsWith: null } }],
    ['a.$gt', { a: { $gt: null } }],
    ['a.$lte', { a: { $lte: [1] } }],
    ['a.$lt', { a: { $lt: JSON.parse('1e400') } }],
    ['', { a: Array(101).fill(1) }],
    ['', { a: { $in: Array(101).fill(1) } }],
    ['', { $or: Array(101).fill({ a: 1 }) }],
    ['__proto__', JSON.parse('{"__proto__": {"a": 1}}')],
    ['a.__proto__.b', { 'a.__proto__.b': 1 }],
    ['constructor', { constructor: 1 }],
    ['a.constructor.name', { 'a.constructor.name': 'Object' }],
    ['toJSON', { toJSON: 1 }],
    ['a.__proto__', JSON.parse('{"a": {"__proto__": {}}}')],
    ['a..b', { 'a..b': 1 }],
    ['a.', { 'a.': 1 }],
    ['a', { a: undefined }],
    ['a', { a: () => true }],
  ])('at %j: %j', (path, filter) => {
    expect(() => compileFilter(filter)).toThrow(refusedAt(path))
  })

  it('when it nests deeper than 10, however deep', () => {
    expect(() => compileFilter(nested(10))).not.toThrow()
    expect(() => compileFilter(nested(11))).toThrow(refusedAt(`${'$not.'.repeat(9)}a`))
    const hostile = JSON.parse(`${'{"$not":'.repeat(5_000)}{}${'}'.repeat(5_000)}`)
    expect(() => compileFilter(hostile)).toThrow(expect.objectContaining({ code: 'filter_invalid' }))
    const deepValue = JSON.parse(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`)
    expect(() => compileFilter(deepValue)).toThrow(expect.objectContaining({ code: 'filter_invalid' }))
  })

  it('with all its faults, up to twenty', () => {
    expect(() => compileFilter({ a: { $gt: null }, $where: '1', b: { $in: 1 } })).toThrow(
      refusedAt('a.$gt', '$where', 'b.$in'),
    )
    const hostile = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`$x${i}`, 1]))
    expect(() => compileFilter(hostile)).toThrow(refusedAt(...Array.from({ length: 20 }, (_, i) => `$x${i}`)))
  })

  it('or compiled, and nothing else, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue()), (filter) => {
        try {
          compileFilter(filter)({ a: 1 })
        } catch (error) {
          expect(error).toBeInstanceOf(RingbackError)
        }
      }),
    )
  })
})

describe('a filter is taken', () => {
  it('when it follows the grammar', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        compileFilter(filter)
      }),
    )
  })

  it('with a hundred conditions', () => {
    expect(compileFilter({ a: { $in: Array.from({ length: 100 }, (_, i) => i) } })({ a: 99 })).toBe('match')
  })
})
