/**
 * What the operators do, handed to sift in place of its own list: that one holds `$where`, which evaluates code, and
 * `$regex`, which can take for ever.
 *
 * sift walks the data and keeps count of what held; how a value is tested is written here. Left to itself, it copies
 * each array before it compares it, at every level that arrays nest: 256 KiB of nested arrays took a filter of 100
 * conditions 35 seconds. Given a function as operand, it calls that and copies nothing.
 */
import sift from 'sift'
import { type Budget, extraSteps, spend } from './budget.ts'
import { equalJson } from './equal.ts'

type Options = NonNullable<Parameters<typeof sift.createQueryTester>[1]>
type Operations = NonNullable<Options['operations']>
type Operation = Operations[string]

/** What sift carries to an operator in place of the operand. */
export interface Asked<Operand = unknown> {
  operand: Operand
  /** What it costs to reach a value. */
  steps: number
  /** Pays for the evaluation that is under way. */
  budget: Budget
}

/** Whether one value passes. */
type Test = (value: unknown) => boolean
type TestFor<Operand> = (operand: Operand, budget: Budget) => Test

/** An operator of sift's, for how it treats the several values of an array, that pays for each value it is shown. */
const paying =
  <Operand>(ofSift: Operation, paramFor: (operand: Operand, budget: Budget) => unknown): Operation =>
  ({ operand, steps, budget }: Asked<Operand>, query, options, name) => {
    const made = ofSift(paramFor(operand, budget), query, options, name)
    const next = made.next.bind(made)
    made.next = (value, key, owner, root, leaf) => {
      spend(budget, steps + extraSteps(value))
      next(value, key, owner, root, leaf)
    }
    return made
  }

/** Holds if any value passes. */
const whenAny = <Operand>(testFor: TestFor<Operand>) => paying(sift.$eq, testFor)

/** Holds if no value passes. */
const whenNone = <Operand>(testFor: TestFor<Operand>) => paying(sift.$ne, testFor)

/** All that sift may know. */
export const OPERATIONS: Operations = {
  $and: sift.$and,
  $or: sift.$or,
  $not: sift.$not,
  $exists: paying(sift.$exists, (operand: boolean) => operand),
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
function equalTo(operand: unknown, budget: Budget): Test {
  if (operand === null) return (value) => value === null || value === undefined
  if (typeof operand === 'object') return (value) => equalJson(operand, value, budget)
  return (value) => value === operand
}

/** A look-up for all the scalars together, however many there are. */
function equalToOneOf(operands: readonly unknown[], budget: Budget): Test {
  const scalars = new Set(operands)
  const equalToStructure = operands
    .filter((operand) => typeof operand === 'object' && operand !== null)
    .map((operand) => equalTo(operand, budget))
  return (value) => scalars.has(value ?? null) || equalToStructure.some((test) => test(value))
}

/** Only values of one type have an order: strings by UTF-16 code unit, numbers by size. */
function compared(holds: (value: string | number, operand: string | number) => boolean) {
  return (operand: string | number): Test =>
    (value) =>
      typeof value === typeof operand && holds(value as string | number, operand)
}
