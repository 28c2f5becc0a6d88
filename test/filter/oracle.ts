/** The filter language told a second time, plainly, for data without arrays. */
import { isDeepStrictEqual } from 'node:util'

type Filter = Record<string, unknown>

export function oracle(filter: Filter, data: unknown): boolean {
  return Object.entries(filter).every(([key, value]) => {
    if (key === '$and') return (value as Filter[]).every((inner) => oracle(inner, data))
    if (key === '$or') return (value as Filter[]).some((inner) => oracle(inner, data))
    if (key === '$not') return !oracle(value as Filter, data)
    return fieldHolds(value, valueAt(data, key.split('.')))
  })
}

function valueAt(data: unknown, path: string[]): unknown {
  let value = data
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Filter)[part]
  }
  return value
}

function fieldHolds(expected: unknown, value: unknown): boolean {
  const isOperators =
    typeof expected === 'object' &&
    expected !== null &&
    Object.keys(expected).some((key) => key.startsWith('$'))
  if (!isOperators) return equals(expected, value)
  return Object.entries(expected as Record<string, never>).every(([operator, operand]) =>
    operatorHolds(operator, operand, value),
  )
}

function operatorHolds(operator: string, operand: never, value: unknown): boolean {
  const comparable = typeof value === typeof operand ? (value as number) : Number.NaN
  switch (operator) {
    case '$eq':
      return equals(operand, value)
    case '$ne':
      return !equals(operand, value)
    case '$gt':
      return comparable > operand
    case '$gte':
      return comparable >= operand
    case '$lt':
      return comparable < operand
    case '$lte':
      return comparable <= operand
    case '$in':
      return (operand as unknown[]).some((one) => equals(one, value))
    case '$nin':
      return !(operand as unknown[]).some((one) => equals(one, value))
    case '$exists':
      return (value !== undefined) === operand
    case '$startsWith':
      return typeof value === 'string' && value.startsWith(operand)
    case '$endsWith':
      return typeof value === 'string' && value.endsWith(operand)
    case '$not':
      return !fieldHolds(operand, value)
    default:
      throw new Error(operator)
  }
}

const equals = (expected: unknown, value: unknown) => isDeepStrictEqual(expected, value ?? null)
