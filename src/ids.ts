/**
 * Ids are TypeIDs: a prefix that names the kind, and a base32 UUIDv7 that sorts by time.
 *
 * They are kept as text (`COLLATE "C"`) everywhere, database included: what a person reads in the API, in a log and
 * in `psql` is one and the same string, and byte order is time order, so partitions can be cut by id.
 *
 * Source: TypeID specification 0.3; RFC 9562 section 5.7 (UUIDv7).
 */
import { TypeID, typeid } from 'typeid-js'

/** What each prefix stands for. */
export const ID_PREFIX = {
  endpoint: 'ep',
  subscription: 'sub',
  secret: 'sec',
  event: 'evt',
  delivery: 'dlv',
  attempt: 'atm',
  recovery: 'rcv',
  notice: 'ntc',
  apiKey: 'key',
  portalSession: 'pss',
  auditEntry: 'aud',
} as const

/** A kind of thing that has an id of ours. */
export type IdKind = keyof typeof ID_PREFIX

/** An id of one kind, e.g. `Id<'event'>` is `evt_...`. */
export type Id<K extends IdKind> = `${(typeof ID_PREFIX)[K]}_${string}`

/** Where new ids come from; passed in, so that tests can foretell them. */
export type Ids = <K extends IdKind>(kind: K) => Id<K>

/** The real source: a UUIDv7 of this moment, monotonic within the process. */
export const newId: Ids = (kind) => typeid(ID_PREFIX[kind]).toString() as Id<typeof kind>

const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/

/** Whether `text` is an id of this kind (form only; it need not exist). */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  const prefix = `${ID_PREFIX[kind]}_`
  return text.startsWith(prefix) && SUFFIX.test(text.slice(prefix.length))
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * When an id was made. The 48 bits of milliseconds fill the first ten base32 digits exactly, after two leading zero bits.
 * @returns milliseconds since the epoch
 */
export function timeOfId(id: string): number {
  const suffix = id.slice(id.indexOf('_') + 1)
  let value = 0
  for (let i = 0; i < 10; i++) value = value * 32 + ALPHABET.indexOf(suffix[i] ?? '0')
  return value
}

/**
 * The smallest id that could have been made at `at`: the edge of a partition, or the end of a time range in a list.
 * @param at milliseconds since the epoch
 */
export function firstIdAt<K extends IdKind>(kind: K, at: number): Id<K> {
  const hex = Math.max(0, Math.trunc(at)).toString(16).padStart(12, '0')
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
  return TypeID.fromUUID(ID_PREFIX[kind], uuid).toString() as Id<K>
}
