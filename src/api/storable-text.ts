/**
 * Text that Postgres cannot keep: a NUL in any text, half of a surrogate pair in UTF-8. JSON can spell both.
 * Source: PostgreSQL 18 documentation, section 8.14 (JSON types); RFC 8259 section 8.2.
 */
import type { Fault } from '../errors.ts'
import { faultPath } from './fault-path.ts'

/** The faults of all strings in a value, keys included. */
export function unstorableText(value: unknown): Fault[] {
  const faults: Fault[] = []
  visit(value, [], faults)
  return faults
}

const UNSTORABLE = /[\0\p{Surrogate}]/u
const message = 'must not hold NUL or half of a surrogate pair'

function visit(value: unknown, path: PropertyKey[], faults: Fault[]): void {
  if (typeof value === 'string') {
    if (UNSTORABLE.test(value)) faults.push({ path: faultPath(path), message })
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      visit(item, [...path, index], faults)
    })
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (UNSTORABLE.test(key)) faults.push({ path: faultPath(path), message: `a key ${message}` })
      else visit(item, [...path, key], faults)
    }
  }
}
