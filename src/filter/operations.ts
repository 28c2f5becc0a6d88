/**
 * What the operators do, handed to sift in place of its own list: that one holds `$where`, which evaluates code, and
 * `$regex`, which can take for ever.
 *
 * sift walks the data and keeps count of what held; how a value is tested is written here. Left to itself, it copies
 * each array before it compares it, at every level that arrays nest: 256 KiB of nested arrays took a filter of 100
 * conditions 35 seconds. Given a function as operand, it calls that and copies nothing.
 */
import { isDeepStrictEqual } from 'node:util'
import sift from 'sift'

type Options = NonNullable<Parameters<typeof sift.createQueryTester>[1]>
type Operations = NonNullable<Options['operations']>
type Operation = Operations[string]

/** Whether one value passes. */
type Test = (value: unknown) => boolean

/** An operator of sift's, for how it treats the several values of an array, with a test of ours made from the operand. */
const operation =
  <Operand>(ofSift: Operation, testFor: (operand: Operand) => Test): Operation =>
  (operand: Operand, query, options, name) =>
    ofSift(testFor(operand), query, options, name)

/** Holds if any value passes. */
const whenAny = <Operand>(testFor: (operand: Operand) => Test) => operation(sift.$eq, testFor)

/** Holds if no value passes. */
const whenNone = <Operand>(testFor: (operand: Operand) => Test) => operation(sift.$ne, testFor)

/** All that sift may know. */
export const OPERATIONS: Operations = {
  $and: sift.$and,
  $or: sift.$or,
  $not: sift.$not,
  $exists: sift.$exists,
  $eq: whenAny(equalTo),
  $ne: whenNone(equalTo),
  $in: whenAny(equalToOneOf),
  $nin: whenNone(equalToOneOf),
  $gt: whenAny(compared((value, operand) => value > operand)),
  $gte: whenAny(compared((value, operand) => value >= operand)),
  $lt: whenAny(compared((value, operand) => value < operand)),
  $lte: whenAny(compared((value, operand) => value <= operand)),
  $startsWith: whenAny((start: string) => (value) => typeof value === 'string' && value.startsWith(start)),
  $endsWith: whenAny((end: string) => (value) => typeof value === 'string' && value.endsWith(end)),
}

/** Equality as JSON has it, save that a missing value equals null. */
function equalTo(operand: unknown): Test {
  if (operand === null) return (value) => value === null || value === undefined
  if (typeof operand === 'object') return (value) => isDeepStrictEqual(operand, value)
  return (value) => value === operand
}

/** A look-up for all the scalars together, however many there are. */
function equalToOneOf(operands: readonly unknown[]): Test {
  const scalars = new Set(operands)
  const equalToStructure = operands
    .filter((operand) => typeof operand === 'object' && operand !== null)
    .map(equalTo)
  return (value) => scalars.has(value ?? null) || equalToStructure.some((test) => test(value))
}

/** Only values of one type have an order: strings by UTF-16 code unit, numbers by size. */
function compared(holds: (value: string | number, operand: string | number) => boolean) {
  return (operand: string | number): Test =>
    (value) =>
      typeof value === typeof operand && holds(value as string | number, operand)
}
