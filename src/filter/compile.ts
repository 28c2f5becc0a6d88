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
 */
import sift from 'sift'
import { refused } from '../errors.ts'
import { type Filter, filterFaults, isOperators } from './grammar.ts'
import { OPERATIONS } from './operations.ts'

/** A caller mends a few faults at a time; a hostile filter could have as many as it has bytes. */
const MAX_FAULTS = 20

/**
 * Makes a test of a filter. The test never throws, keeps nothing of the data and does not change it.
 * @param filter as a caller sent it
 * @returns a test of data as `JSON.parse` gives it
 * @throws RingbackError `filter_invalid`, with the first faults and their paths
 */
export function compileFilter(filter: unknown): (data: unknown) => boolean {
  const faults = filterFaults(filter, MAX_FAULTS)
  if (faults.length > 0) throw refused('filter_invalid', 'This filter cannot be used.', faults)
  // A copy, since the test refers to its operands for as long as it lives.
  const query = spelledOut(structuredClone(filter) as Filter)
  const test = sift.createQueryTester<unknown, unknown>(query, { operations: OPERATIONS })
  return (data) => test(data)
}

/** With `$eq` wherever a plain value stands for it, so that sift compares nothing in its own way. */
function spelledOut(filter: Filter): Filter {
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => {
      if (key === '$and' || key === '$or') return [key, (value as Filter[]).map(spelledOut)]
      if (key === '$not') return [key, spelledOut(value as Filter)]
      return [key, isOperators(value) ? value : { $eq: value }]
    }),
  )
}
