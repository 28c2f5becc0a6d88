import fc from 'fast-check'

/** As `JSON.parse` makes objects. */
const plain = { noNullPrototype: true }

/** Few keys and small values, so that filters and data often meet. */
const anyKey = fc.constantFrom('a', 'b', 'c')
const anyPath = fc.array(anyKey, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'))
const anyText = fc.string({ unit: fc.constantFrom('x', 'y'), maxLength: 3 })
const anyNumber = fc.integer({ min: -2, max: 2 })
const anyScalar = fc.oneof(anyText, anyNumber, fc.boolean(), fc.constant(null))

/** Nested objects and scalars; no arrays. */
export const anyData = fc.dictionary(
  anyKey,
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      anyScalar,
      fc.dictionary(anyKey, tie('value'), { ...plain, maxKeys: 3 }),
    ),
  })).value,
  plain,
)

const anyComparable = fc.oneof(anyText, anyNumber)
const anyPlainValue = fc.oneof(
  { weight: 4, arbitrary: anyScalar },
  { weight: 1, arbitrary: fc.dictionary(anyKey, anyScalar, { ...plain, maxKeys: 2 }) },
)
const anyList = fc.array(anyPlainValue, { maxLength: 3 })

const operators = fc.record(
  {
    $eq: anyPlainValue,
    $ne: anyPlainValue,
    $gt: anyComparable,
    $gte: anyComparable,
    $lt: anyComparable,
    $lte: anyComparable,
    $in: anyList,
    $nin: anyList,
    $exists: fc.boolean(),
    $startsWith: anyText,
    $endsWith: anyText,
  },
  { ...plain, requiredKeys: [] },
)

/** One or two of them: more would hardly ever hold together. */
const anyOperators = fc
  .tuple(operators, fc.nat(), fc.nat())
  .map(([all, i, j]) => {
    const entries = Object.entries(all)
    return Object.fromEntries(
      [i, j].flatMap((n) => (entries.length > 0 ? [entries[n % entries.length]!] : [])),
    )
  })
  .filter((some) => Object.keys(some).length > 0)

const anyCondition = fc.oneof(
  anyPlainValue,
  anyOperators,
  anyOperators.map(($not) => ({ $not })),
)

/** Any filter that may be set, of moderate size. */
export const anyFilter: fc.Arbitrary<Record<string, unknown>> = fc.letrec<{
  filter: Record<string, unknown>
}>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    fc.dictionary(anyPath, anyCondition, { ...plain, maxKeys: 2 }),
    fc.record({ $and: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }, plain),
    fc.record({ $or: fc.array(tie('filter'), { minLength: 1, maxLength: 2 }) }, plain),
    fc.record({ $not: tie('filter') }, plain),
  ),
})).filter
