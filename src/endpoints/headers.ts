/**
 * The headers that a tenant gives an endpoint. Their values let somebody in, often: they lie sealed, each bound to its
 * endpoint and its name, and are opened by whoever sends a callback alone. Their names are shown.
 */
import { refused } from '../errors.ts'
import type { Id } from '../ids.ts'
import { type Keyring, SEAL_BYTES } from '../sealing/keyring.ts'

/** Headers as they are stored: by name, the sealed value in base64. */
export type SealedHeaders = Record<string, string>

/** Stands for a value that is not shown. Sent back in a change, it leaves the value that there is. */
export const HIDDEN_VALUE = '[redacted]'

/**
 * Seals headers for an endpoint. They were checked: a value is latin-1, as HTTP has it.
 * @param wanted in clear, or `HIDDEN_VALUE` for one that stays as it is
 * @param standing what the endpoint has now
 * @throws RingbackError `header_value_missing`: one is to stay that the endpoint does not have
 */
export function sealHeaders(
  keyring: Pick<Keyring, 'seal'>,
  endpointId: Id<'endpoint'>,
  wanted: Readonly<Record<string, string>>,
  standing: SealedHeaders = {},
): SealedHeaders {
  const kept = byLowerCase(standing)
  const missing = Object.keys(wanted).filter(
    (name) => wanted[name] === HIDDEN_VALUE && !kept.has(name.toLowerCase()),
  )
  if (missing.length > 0) throw valueMissing(missing)
  return mapValues(wanted, (value, name) =>
    value === HIDDEN_VALUE
      ? kept.get(name.toLowerCase())!
      : keyring.seal(Buffer.from(value, 'latin1'), placeOf(endpointId, name)).toString('base64'),
  )
}

/** @throws RingbackError `master_key_unknown`, `sealed_broken` */
export function openHeaders(
  keyring: Pick<Keyring, 'open'>,
  endpointId: Id<'endpoint'>,
  sealed: SealedHeaders,
): Record<string, string> {
  return mapValues(sealed, (value, name) =>
    keyring.open(Buffer.from(value, 'base64'), placeOf(endpointId, name)).toString('latin1'),
  )
}

/** Headers of a change as they can be checked: a value that stays is one of its length, which counts against the limit. */
export function measurable(
  wanted: Readonly<Record<string, string>>,
  standing: SealedHeaders,
): Record<string, string> {
  const kept = byLowerCase(standing)
  return mapValues(wanted, (value, name) => {
    const sealed = value === HIDDEN_VALUE ? kept.get(name.toLowerCase()) : undefined
    return sealed === undefined ? value : 'x'.repeat(Buffer.byteLength(sealed, 'base64') - SEAL_BYTES)
  })
}

/** Headers as they are shown: by name alone. */
export const hideHeaders = (sealed: SealedHeaders): Record<string, string> =>
  mapValues(sealed, () => HIDDEN_VALUE)

/** What a value is bound to: one moved to another endpoint, or to another header, does not open. */
const placeOf = (endpointId: Id<'endpoint'>, name: string) => `${endpointId} header ${name.toLowerCase()}`

const byLowerCase = (headers: SealedHeaders) =>
  new Map(Object.entries(headers).map(([name, sealed]) => [name.toLowerCase(), sealed]))

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T, name: string) => U) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]))

const valueMissing = (names: readonly string[]) =>
  refused(
    'header_value_missing',
    `"${HIDDEN_VALUE}" leaves the value of a header as it is, and there is none.`,
    names.map((name) => ({ path: `headers.${name}`, message: 'There is no value to leave as it is.' })),
  )
