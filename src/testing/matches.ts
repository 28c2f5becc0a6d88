/** Whether what came is what was expected. */

/** A part of what is expected, to any depth; or a judge of it. */
export type Matcher = ((data: never) => unknown) | object | string | number | boolean | null

/**
 * Whether a value has all that a pattern has: objects may have further fields, lists may not have further entries.
 * @param pattern a function judges the value itself, at any depth
 */
export function matches(value: unknown, pattern: unknown): boolean {
  if (typeof pattern === 'function') return Boolean((pattern as (value: unknown) => unknown)(value))
  // What `expect.anything()`, `expect.objectContaining(...)` and the like of test runners have in common.
  const { asymmetricMatch } = (pattern ?? {}) as { asymmetricMatch?: (value: unknown) => boolean }
  if (typeof asymmetricMatch === 'function') return asymmetricMatch.call(pattern, value)
  if (typeof pattern !== 'object' || pattern === null) return Object.is(value, pattern)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(pattern) !== Array.isArray(value)) return false
  if (Array.isArray(pattern) && pattern.length !== (value as unknown[]).length) return false
  return Object.entries(pattern).every(([key, inner]) =>
    matches((value as Record<string, unknown>)[key], inner),
  )
}
