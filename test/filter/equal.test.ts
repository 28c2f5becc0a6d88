import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SPENT } from '../../src/filter/budget.ts'
import { equalJson } from '../../src/filter/equal.ts'

const anyKey = fc.constantFrom('a', 'b', '__proto__', 'constructor', '0', 'length')
const anyScalar = fc.constantFrom<unknown[]>(null, true, false, 0, -0, 1, '', '0', 'x')
/** Small, so that two of them are often equal; as `JSON.parse` makes them, with `__proto__` a key like others. */
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    anyScalar,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.array(fc.tuple(anyKey, tie('value')), { maxLength: 2 }).map((all) => Object.fromEntries(all)),
  ),
})).value

const equal = (one: unknown, other: unknown) => equalJson(one, other, { left: 1_000 })

it('two JSON values are equal when Node takes them for deeply and strictly equal', () => {
  let equals = 0
  fc.assert(
    fc.property(anyJson, anyJson, (one, other) => {
      const expected = isDeepStrictEqual(one, other)
      if (expected) equals++
      expect(equal(one, other)).toBe(expected)
    }),
    { numRuns: 5_000 },
  )
  expect(equals).toBeGreaterThan(100) // else the property would say little
})

it('a copy is equal, with its keys in another order too', () => {
  const turned = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(turned)
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, turned(inner)]),
    )
  }
  fc.assert(fc.property(anyJson, (value) => equal(value, turned(value))))
})

it.each([
  ['a scalar', 1, 2, 1],
  ['a list, up to where it differs', [1, 2, 3, 4], [1, 9, 3, 4], 3],
  ['lists of different lengths', [1, 2, 3], [1, 2], 1],
  ['an object, and the number of its keys', { a: 1, b: 2 }, { b: 2, a: 1 }, 5],
  ['an object that lacks the first key', { a: 1 }, Object.fromEntries(Array(100).entries()), 1],
  ['a long text', 'x', 'x'.repeat(4_096), 5],
])('each value that is looked at is paid for: %s', (_, one, other, steps) => {
  const budget = { left: 100 }
  equalJson(one, other, budget)
  expect(100 - budget.left).toBe(steps)
})

it('comparing ends when there is nothing left to pay with', () => {
  const list = Array(1_000).fill(1)
  const budget = { left: 10 }
  let thrown: unknown
  try {
    equalJson(list, list, budget)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBe(SPENT)
})
