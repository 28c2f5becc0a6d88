import { describe, expect, it } from 'vitest'
import { EVENT_STEPS, FILTER_STEPS } from '../../src/filter/budget.ts'
import { compileFilter } from '../../src/filter/compile.ts'

/** What a filter says of data, and how many steps it took for that. */
function ask(filter: object, data: unknown, left = EVENT_STEPS) {
  const budget = { left }
  const verdict = compileFilter(filter)(data, budget)
  return { verdict, steps: left - budget.left }
}

const conditions = (count: number, one: (i: number) => object) => ({
  $and: Array.from({ length: count }, (_, i) => one(i)),
})
const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown

describe('a filter pays', () => {
  it.each([
    ['nothing where it asks nothing', {}, { a: 1 }, 0],
    ['a step for a value', { a: 1 }, { a: 1 }, 1],
    ['for each part of the path', { 'a.b.c': 1 }, { a: { b: { c: 1 } } }, 3],
    ['for each operator', { a: { $gt: 1, $lt: 3 } }, { a: 2 }, 2],
    ['for each element of an array, and for the array', { a: { $gt: 9 } }, { a: [1, 2, 3] }, 4],
    ['for elements up to the first that matches', { a: { $gte: 2 } }, { a: [1, 2, 3] }, 2],
    ['once for a look-up among scalars', { a: { $in: [1, 2, 3, 4] } }, { a: 9 }, 1],
    ['for each structure that it compares with', { a: { $in: [{ b: 1 }, { c: 1 }] } }, { a: { d: 1 } }, 3],
    ['for elements that lack the field', { 'a.b': { $ne: 1 } }, { a: [[], [], []] }, 8],
    ['when it asks whether something is there', { 'a.b': { $exists: true } }, { a: [1, 2, 3] }, 8],
    ['for long texts', { a: 'x' }, { a: 'x'.repeat(10_240) }, 11],
  ])('%s', (_, filter, data, steps) => {
    expect(ask(filter, data).steps).toBe(steps)
  })
})

describe('a filter that would cost too much on an event', () => {
  const ones = Array(31_000).fill({ a: 1 })
  it.each([
    ['structures against objects', { a: { $in: Array(100).fill({ a: 2 }) } }, { a: ones }],
    ['comparisons of numbers', conditions(100, (i) => ({ a: { $ne: -i } })), { a: Array(120_000).fill(1) }],
    ['looks for a field', conditions(100, () => ({ 'a.b': { $exists: false } })), { a: ones }],
    ['empty arrays', conditions(100, (i) => ({ 'a.b': { $ne: i } })), { a: Array(80_000).fill([]) }],
    ['paths that go deep', conditions(100, () => ({ [Array(2_000).fill('a').join('.')]: { $gt: 1 } })), {}],
    [
      'negations within each other over nested arrays',
      { a: { $not: { $not: { $not: { $not: { $not: { $gt: 1 } } } } } } },
      { a: nested(500) },
    ],
    [
      'long texts',
      conditions(100, () => ({ a: { $not: { $gt: 'y' } } })),
      { a: Array(20).fill('x'.repeat(100_000)) },
    ],
  ])('says so, and takes no more steps than it may: %s', (_, filter, data) => {
    expect(ask(filter, data)).toEqual({ verdict: 'too_costly', steps: FILTER_STEPS })
  })

  it('says nothing else of the next event', () => {
    const test = compileFilter(conditions(100, (i) => ({ a: { $ne: -i } })))
    expect(test({ a: Array(120_000).fill(1) })).toBe('too_costly')
    expect(test({ a: [1] })).toBe('match')
    expect(test({ a: [-1] })).toBe('no_match')
  })

  it('is told apart from one that is let through by what it has left, to the step', () => {
    const data = { a: Array(50).fill(1) }
    const { steps } = ask({ a: { $gt: 1 } }, data)
    expect(ask({ a: { $gt: 1 } }, data, steps)).toEqual({ verdict: 'no_match', steps })
    expect(ask({ a: { $gt: 1 } }, data, steps - 1)).toEqual({ verdict: 'too_costly', steps: steps - 1 })
  })
})

it('one condition on a list of fifty thousand objects is within the budget', () => {
  const data = { lines: Array(49_000).fill({ amount: 1 }) }
  expect(ask({ 'lines.amount': { $gt: 1 } }, data).verdict).toBe('no_match')
})

it('data that nests deeper than the stack can follow is too costly, and no error', () => {
  expect(ask({ a: { $gt: 1 } }, { a: nested(100_000) }).verdict).toBe('too_costly')
})
