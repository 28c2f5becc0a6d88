/** What a filter may look like. All that is not named here is refused before anything is made of the filter. */
import type { Fault } from '../errors.ts'

/** Objects and lists within each other, the filter itself being the first. Deeper ones are nobody's by hand. */
const MAX_DEPTH = 10

/**
 * Values to compare with, each element of a list being one. Every event of a tenant is tested by all its filters, and
 * a condition may have to look at every element of an array.
 */
const MAX_CONDITIONS = 100

/** Fields with what is expected of them, and combinations of filters. */
export type Filter = Record<string, unknown>

/** Whether what stands under a field is operators, and not a plain value. */
export const isOperators = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && Object.keys(value).some((key) => key.startsWith('$'))

/** What is wrong with a filter, in reading order; none when it may be compiled. */
export function filterFaults(filter: unknown, atMost: number): Fault[] {
  const faults: Fault[] = []
  for (const fault of faultsOfFilter(filter, '', 1)) {
    faults.push(fault)
    if (faults.length === atMost) return faults
  }
  // Counted only once the depth is known to be bounded.
  if (faults.length === 0 && countConditions(filter) > MAX_CONDITIONS) {
    faults.push({ path: '', message: `has more than ${MAX_CONDITIONS} conditions` })
  }
  return faults
}

function* faultsOfFilter(filter: unknown, path: string, depth: number): Generator<Fault> {
  if (!isRecord(filter)) return yield { path, message: 'must be an object' }
  if (depth > MAX_DEPTH) return yield tooDeep(path)
  for (const [key, value] of Object.entries(filter)) {
    const at = join(path, key)
    if (key === '$and' || key === '$or') yield* faultsOfFilters(value, at, depth + 1)
    else if (key === '$not') yield* faultsOfFilter(value, at, depth + 1)
    else if (isOperator(key)) yield { path: at, message: 'must stand under a field' }
    else if (key.startsWith('$')) yield unknownOperator(at)
    else yield* faultsOfField(key, value, at, depth + 1)
  }
}

function* faultsOfFilters(filters: unknown, path: string, depth: number): Generator<Fault> {
  if (!Array.isArray(filters) || filters.length === 0) {
    return yield { path, message: 'must be a list of filters, and not an empty one' }
  }
  for (const [i, filter] of filters.entries()) yield* faultsOfFilter(filter, `${path}[${i}]`, depth)
}

function* faultsOfField(name: string, value: unknown, path: string, depth: number): Generator<Fault> {
  const parts = name.split('.')
  if (parts.some((part) => part === '' || part.startsWith('$') || isTrap(part))) {
    return yield { path, message: 'is not a path that a filter may follow' }
  }
  if (isOperators(value)) {
    yield* faultsOfOperators(value, path, depth)
  } else {
    yield* faultsOfValue(value, path, depth)
  }
}

function* faultsOfOperators(
  operators: Record<string, unknown>,
  path: string,
  depth: number,
): Generator<Fault> {
  if (depth > MAX_DEPTH) return yield tooDeep(path)
  for (const [key, operand] of Object.entries(operators)) {
    const at = join(path, key)
    if (key === '$not') {
      if (isRecord(operand) && Object.keys(operand).length > 0)
        yield* faultsOfOperators(operand, at, depth + 1)
      else yield { path: at, message: 'must hold the operators that it negates' }
    } else if (key === '$and' || key === '$or') {
      yield { path: at, message: 'combines filters, and cannot stand under a field' }
    } else if (!key.startsWith('$')) {
      yield { path: at, message: 'cannot stand beside operators; write its whole path with dots' }
    } else if (!isOperator(key)) {
      yield unknownOperator(at)
    } else {
      const { takes, accepts } = OPERANDS[key]
      if (accepts(operand)) yield* faultsOfValue(operand, at, depth + 1)
      else yield { path: at, message: `takes ${takes}` }
    }
  }
}

/** A value to compare with, as a whole. */
function* faultsOfValue(value: unknown, path: string, depth: number): Generator<Fault> {
  if (typeof value === 'number' && !Number.isFinite(value))
    return yield { path, message: 'is too large a number' }
  if (isScalar(value)) return
  if (depth > MAX_DEPTH) return yield tooDeep(path)
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) yield* faultsOfValue(element, `${path}[${i}]`, depth + 1)
  } else if (isRecord(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const at = join(path, key)
      if (key.startsWith('$'))
        yield { path: at, message: 'stands inside a plain value; write the path with dots' }
      else if (isTrap(key)) yield { path: at, message: 'is not a name that a filter may use' }
      else yield* faultsOfValue(inner, at, depth + 1)
    }
  } else {
    yield { path, message: 'is not a JSON value' }
  }
}

interface Operand {
  takes: string
  accepts(operand: unknown): boolean
}

const ANYTHING: Operand = { takes: 'any value', accepts: () => true }
const COMPARABLE: Operand = {
  takes: 'a string or a number',
  accepts: (operand) => typeof operand === 'string' || typeof operand === 'number',
}
const LIST: Operand = { takes: 'a list', accepts: Array.isArray }
const STRING: Operand = { takes: 'a string', accepts: (operand) => typeof operand === 'string' }

/** The operators that stand under a field. */
const OPERANDS = {
  $eq: ANYTHING,
  $ne: ANYTHING,
  $gt: COMPARABLE,
  $gte: COMPARABLE,
  $lt: COMPARABLE,
  $lte: COMPARABLE,
  $in: LIST,
  $nin: LIST,
  $exists: { takes: 'true or false', accepts: (operand) => typeof operand === 'boolean' },
  $startsWith: STRING,
  $endsWith: STRING,
} as const satisfies Record<string, Operand>

const isOperator = (key: string): key is keyof typeof OPERANDS => Object.hasOwn(OPERANDS, key)

/** Names that objects have without holding them (`constructor`, `__proto__`, `toString`), or that change how they are read. */
const isTrap = (name: string) => name in Object.prototype || name === 'toJSON'

function countConditions(part: unknown): number {
  const inner = isScalar(part) ? [] : Object.values(part as object)
  return inner.length === 0 ? 1 : inner.reduce((sum: number, value) => sum + countConditions(value), 0)
}

const isScalar = (value: unknown) =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`)

const tooDeep = (path: string): Fault => ({ path, message: `nests deeper than ${MAX_DEPTH}` })
const unknownOperator = (path: string): Fault => ({ path, message: 'is not an operator' })
