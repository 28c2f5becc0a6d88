import { type Budget, extraSteps, spend } from './budget.ts'

/**
 * Whether two JSON values are equal as wholes, in whatever order their keys stand; `0` is not `-0`. Goes no deeper than
 * the first of them.
 * @param budget pays a step for each value that is looked at
 */
export function equalJson(one: unknown, other: unknown, budget: Budget): boolean {
  spend(budget, 1 + extraSteps(other))
  if (!isStructure(one)) return Object.is(one, other)
  if (!isStructure(other) || Array.isArray(one) !== Array.isArray(other)) return false
  if (Array.isArray(one) && one.length !== (other as unknown as unknown[]).length) return false

  const keys = Object.keys(one)
  for (const key of keys) {
    if (!Object.hasOwn(other, key) || !equalJson(one[key], other[key], budget)) return false
  }
  return Array.isArray(one) || keys.length === countKeys(other, budget)
}

/** Asked last: to list the keys of a large object takes long. */
function countKeys(value: object, budget: Budget): number {
  const { length } = Object.keys(value)
  spend(budget, length)
  return length
}

const isStructure = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
