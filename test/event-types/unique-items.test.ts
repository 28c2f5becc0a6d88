import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileSchema } from '../../src/event-types/schema.ts'

const test = compileSchema({ uniqueItems: true })

/** Few names and numbers, so that many are equal. `0` equals `-0` in JSON, which the oracle does not know. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0, 1, 10, '', '0', '1', 'null', 'a,b', '"'),
    fc.array(tie('any'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '', 'a":0,"b'), tie('any'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).any

describe('items that must be unique', () => {
  it('are told from equal ones as comparing each with every other tells them', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (items) => {
        const hasTwins = items.some((item, i) =>
          items.slice(0, i).some((one) => isDeepStrictEqual(one, item)),
        )
        expect(test(items)).toHaveLength(hasTwins ? 1 : 0)
      }),
      { numRuns: 5_000 },
    )
  })

  it('are equal whatever the order of their keys, and the fault says which', () => {
    expect(test([{ a: 1, b: [2] }, 'x', { b: [2], a: 1 }])).toEqual([
      { path: 'data', message: 'must not have equal items: 0 and 2 are' },
    ])
    expect(compileSchema({ uniqueItems: false })([1, 1])).toEqual([])
    expect(test(JSON.parse('[1e400, -1e400, null]'))).toEqual([])
  })

  it('may be 200,000 objects: each is looked at once', () => {
    const items = Array.from({ length: 200_000 }, (_, i) => ({ a: i }))
    expect(test(items)).toEqual([])
  })
})
