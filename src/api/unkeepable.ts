/**
 * What JSON can spell and Ringback cannot keep: text that Postgres refuses (a NUL anywhere, half of a surrogate pair in
 * UTF-8), and a key `__proto__`, which schemas drop from an object since it would be its prototype.
 * Source: PostgreSQL 18 documentation, section 8.14 (JSON types); RFC 8259 section 8.2.
 */
import type { Fault } from '../errors.ts'
import { faultPath } from './fault-path.ts'

/**
 * The faults of all strings and keys in a value.
 * @param except a member of it that is not looked into
 */
export function unkeepable(value: unknown, except?: string): Fault[] {
  const faults: Fault[] = []
  if (isObject(value)) visitMembers(value, [], faults, except)
  else visit(value, [], faults)
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
  } else if (isObject(value)) {
    visitMembers(value, path, faults)
  }
}

function visitMembers(value: object, path: PropertyKey[], faults: Fault[], except?: string): void {
  for (const [key, item] of Object.entries(value)) {
    if (key === except) continue
    if (key === '__proto__') faults.push({ path: faultPath([...path, key]), message: 'must not be a key' })
    else if (UNSTORABLE.test(key)) faults.push({ path: faultPath(path), message: `a key ${message}` })
    else visit(item, [...path, key], faults)
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
