/**
 * Payload filters: which events of the types it asked for a subscription wants, judged by their `data`.
 *
 *     { "amount": { "$gte": 1000 }, "customer.country": { "$in": ["DE", "AT"] }, "$not": { "test": true } }
 *
 * | operator                      | holds when the value at the path                                  |
 * |-------------------------------|-------------------------------------------------------------------|
 * | a plain value, `$eq`, `$ne`   | equals it, or not; objects and arrays as a whole; null or missing equals `null` |
 * | `$gt` `$gte` `$lt` `$lte`     | is of the operand's type, string or number, and compares so       |
 * | `$in` `$nin`                  | equals one of the operands, or none                               |
 * | `$exists`                     | is there (`null` is), or is not                                   |
 * | `$startsWith` `$endsWith`     | is a string and does                                              |
 * | `$and` `$or` `$not`           | combine filters; `$not` also negates the operators under a field  |
 *
 * The fields of one filter must all match, and so must the operators under one field. Values of different types never
 * match: `1` is not `"1"`. A dotted path reaches into objects, and a number in it picks from an array. Where data holds
 * an array, a condition holds if it does for any element or for the array itself; `$ne`, `$nin` and `$not` negate that,
 * so they hold if it does for none. These are MongoDB's rules, as sift gives them.
 *
 * A filter that costs too much on an event does not match it, and says so: see `budget.ts`.
 */
import sift from 'sift'
import { refused } from '../errors.ts'
import { type Budget, eventBudget, FILTER_STEPS, SPENT } from './budget.ts'
import { type Filter, filterFaults, isOperators } from './grammar.ts'
import { type Asked, OPERATIONS } from './operations.ts'

/** A caller mends a few faults at a time; a hostile filter could have as many as it has bytes. */
const MAX_FAULTS = 20

/** What a filter makes of an event; `too_costly`: nobody knows, since finding out would have cost too much. */
export type Verdict = 'match' | 'no_match' | 'too_costly'

/**
 * Asks a filter about data as `JSON.parse` gives it. Never throws, keeps nothing of the data and does not change it.
 * @param budget what all filters may still cost on this event; this one takes no more than its own part
 */
export type FilterTest = (data: unknown, budget?: Budget) => Verdict

/**
 * Makes a test of a filter.
 * @param filter as a caller sent it
 * @throws RingbackError `filter_invalid`, with the first faults and their paths
 */
export function compileFilter(filter: unknown): FilterTest {
  const faults = filterFaults(filter, MAX_FAULTS)
  if (faults.length > 0) throw refused('filter_invalid', 'This filter cannot be used.', faults)
  const own: Budget = { left: 0 }
  // A copy, since the test refers to its operands for as long as it lives.
  const query = spelledOut(structuredClone(filter) as Filter, own)
  const test = sift.createQueryTester<unknown, unknown>(query, { operations: OPERATIONS })

  return (data, budget = eventBudget()) => {
    const granted = Math.min(FILTER_STEPS, budget.left)
    own.left = granted
    try {
      return test(data) ? 'match' : 'no_match'
    } catch (error) {
      // A RangeError: data nests deeper than the stack can follow.
      if (error === SPENT || error instanceof RangeError) return 'too_costly'
      throw error
    } finally {
      budget.left -= granted - Math.max(own.left, 0)
    }
  }
}

/** With `$eq` wherever a plain value stands for it, so that sift compares nothing in its own way, and all of it paid for. */
function spelledOut(filter: Filter, budget: Budget): Filter {
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => {
      if (key === '$and' || key === '$or')
        return [key, (value as Filter[]).map((inner) => spelledOut(inner, budget))]
      if (key === '$not') return [key, spelledOut(value as Filter, budget)]
      const operators = isOperators(value) ? value : { $eq: value }
      return [key, asked(operators, { steps: key.split('.').length, budget })]
    }),
  )
}

function asked(operators: Record<string, unknown>, price: Omit<Asked, 'operand'>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(operators).map(([name, operand]) => [
      name,
      name === '$not' ? asked(operand as Record<string, unknown>, price) : { operand, ...price },
    ]),
  )
}
