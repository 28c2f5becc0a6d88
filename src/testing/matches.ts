/** Whether what came is what was expected. */

/** A part of what is expected, to any depth; or a judge of it. */
export type Matcher = ((data: never) => unknown) | object | string | number | boolean | null

/**
 * Whether a value has all that a pattern has: objects may have further fields, lists may not have further entries.
 * Dates are compared as in JSON, maps and sets entry by entry, in their order.
 * @param pattern a function judges the value itself, at any depth
 */
export function matches(value: unknown, pattern: unknown): boolean {
  if (typeof pattern === 'function') return Boolean((pattern as (value: unknown) => unknown)(value))
  // What `expect.anything()`, `expect.objectContaining(...)` and the like of test runners have in common.
  const { asymmetricMatch } = (pattern ?? {}) as { asymmetricMatch?: (value: unknown) => boolean }
  if (typeof asymmetricMatch === 'function') return asymmetricMatch.call(pattern, value)
  if (typeof pattern !== 'object' || pattern === null) return Object.is(value, pattern)
  // Dates, URLs and the like show no fields: they are what they are in JSON.
  if (hasJson(pattern)) return matches(hasJson(value) ? value.toJSON() : value, pattern.toJSON())
  if (typeof value !== 'object' || value === null) return false
  if (pattern instanceof Map || pattern instanceof Set)
    return isSameKind(value, pattern) && matches([...value], [...pattern])
  if (Array.isArray(pattern) !== Array.isArray(value)) return false
  if (Array.isArray(pattern) && pattern.length !== (value as unknown[]).length) return false
  return Object.entries(pattern).every(([key, inner]) =>
    matches((value as Record<string, unknown>)[key], inner),
  )
}

const hasJson = (value: unknown): value is { toJSON(): unknown } =>
  typeof (value as { toJSON?: unknown } | null | undefined)?.toJSON === 'function'

const isSameKind = <Kind extends object>(value: object, pattern: Kind): value is Kind =>
  value.constructor === pattern.constructor
