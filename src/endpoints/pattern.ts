/**
 * What a subscription may ask for: `invoice.paid` is that event type alone, `invoice.*` all below it at any depth
 * (`invoice.paid`, `invoice.line.added`, but not `invoice` itself), `*` everything.
 */

const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/

/** Names become primary keys, metric labels and cells of a table: long enough for any hierarchy, short enough for those. */
const MAX_NAME_LENGTH = 256
const MAX_PART_LENGTH = 128

const EVERYTHING = '*'
const BELOW = '.*'

/** Whether `text` can name an event type: parts of `A-Za-z0-9_-`, up to 128 characters each and 256 in all, joined by dots. */
export function isEventTypeName(text: string): boolean {
  return (
    text.length <= MAX_NAME_LENGTH &&
    NAME.test(text) &&
    text.split('.').every((part) => part.length <= MAX_PART_LENGTH)
  )
}

/** Whether `text` is an event type's name, a name followed by `.*`, or `*`. */
export function isPattern(text: string): boolean {
  return text === EVERYTHING || isEventTypeName(text.endsWith(BELOW) ? text.slice(0, -BELOW.length) : text)
}

/**
 * Makes one test of many patterns; it costs a look-up for each part of a name, however many patterns there are.
 * @param patterns each as `isPattern` takes it; none of them match nothing
 * @returns whether an event type matches at least one of them
 */
export function compilePatterns(patterns: readonly string[]): (type: string) => boolean {
  const wanted = new Set(patterns)
  if (wanted.has(EVERYTHING)) return () => true
  return (type) => patternsFor(type).some((pattern) => wanted.has(pattern))
}

/** All patterns that an event type matches: of `a.b`, they are `a.b`, `*` and `a.*`. */
export function patternsFor(type: string): string[] {
  const patterns = [type, EVERYTHING]
  for (let dot = type.indexOf('.'); dot !== -1; dot = type.indexOf('.', dot + 1))
    patterns.push(type.slice(0, dot) + BELOW)
  return patterns
}
