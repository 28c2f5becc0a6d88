/** The named schemas: what refers to them, and which of them are only ever sent. */
import type { Document, Operation } from './document.ts'

const PREFIX = '#/components/schemas/'

/** The name of the type that a `$ref` of the document stands for. */
export const refName = (ref: string): string | undefined =>
  ref.startsWith(PREFIX) ? ref.slice(PREFIX.length) : undefined

/** All names that something refers to, itself or through others. */
export function namesIn(given: unknown, document: Document, found = new Set<string>()): Set<string> {
  if (typeof given !== 'object' || given === null) return found
  for (const [key, value] of Object.entries(given)) {
    const name = key === '$ref' && typeof value === 'string' ? refName(value) : undefined
    if (name === undefined) namesIn(value, document, found)
    else if (!found.has(name)) {
      found.add(name)
      namesIn(document.components.schemas[name], document, found)
    }
  }
  return found
}

/** Those that no answer holds: what a caller may write more freely than the API does. */
export function sentAlone(document: Document, operations: readonly Operation[]): Set<string> {
  const answered = namesIn(
    operations.map(({ responses }) => responses),
    document,
  )
  return new Set(Object.keys(document.components.schemas).filter((name) => !answered.has(name)))
}
