/**
 * What judging may cost. A filter looks at every element of an array, a tenant has many filters, and all of it is done
 * between two other requests: unbounded, one filter of a hundred conditions holds a process up for seconds.
 *
 * It is counted in steps, and not timed: a filter says the same of an event on a busy machine as on an idle one, today and in
 * a recovery next week. A step takes about a tenth of a microsecond. Looking at one value with one operator costs one for
 * each part of the path to it, comparing objects and arrays one for each value in them, and a text one more for each 1,024
 * characters.
 */

/** What one filter may cost on one event: ten milliseconds. Enough for a look at each of 100,000 elements. */
export const FILTER_STEPS = 100_000

/** What all filters of a tenant may cost on one event: a tenth of a second. */
export const EVENT_STEPS = 1_000_000

/** What is left to spend, in steps. */
export interface Budget {
  left: number
}

/** The budget of one event, for all filters that are asked about it. */
export const eventBudget = (): Budget => ({ left: EVENT_STEPS })

/** Thrown where a budget is spent, and caught where the evaluation began. It has no stack, and costs nothing. */
export const SPENT = Symbol('the budget is spent')

/** @throws SPENT when more is spent than there was */
export function spend(budget: Budget, steps: number): void {
  budget.left -= steps
  if (budget.left < 0) throw SPENT
}

/** What a value itself costs to be looked at, beside the way to it. */
export const extraSteps = (value: unknown): number => (typeof value === 'string' ? value.length >> 10 : 0)
