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

/** The named schemas that operations use: whether an answer holds them, or they are only ever sent. */
export function usesOf(
  document: Document,
  operations: readonly Operation[],
): Map<string, 'answered' | 'sent'> {
  const answered = namesIn(
    operations.map(({ responses }) => responses),
    document,
  )
  const uses = new Map<string, 'answered' | 'sent'>()
  for (const name of namesIn(operations, document)) uses.set(name, answered.has(name) ? 'answered' : 'sent')
  return uses
}
