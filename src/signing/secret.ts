/**
 * Signing secrets as people see them: `whsec_` and the base64 of the key.
 *
 * Source: Standard Webhooks 1.0.0, "Symmetric keys" (24 to 64 random bytes, base64, prefix `whsec_`).
 */
import { randomBytes } from 'node:crypto'
import { refused } from '../errors.ts'

const PREFIX = 'whsec_'

/** The strength of the HMAC's own hash, SHA-256; more would add nothing. */
const NEW_KEY_BYTES = 32

/** What the standard allows for keys brought along from another sender. */
const MIN_KEY_BYTES = 24
const MAX_KEY_BYTES = 64

/** A fresh secret of 32 random bytes. */
export function newSecret(): string {
  return PREFIX + randomBytes(NEW_KEY_BYTES).toString('base64')
}

/**
 * The key inside a secret.
 * @param text `whsec_` followed by the padded standard base64 of 24 to 64 bytes
 * @throws RingbackError `secret_invalid`; the message never repeats the secret
 */
export function parseSecret(text: string): Uint8Array {
  if (!text.startsWith(PREFIX)) throw refused('secret_invalid', `A secret starts with "${PREFIX}".`)
  const encoded = text.slice(PREFIX.length)
  const key = Buffer.from(encoded, 'base64')
  // Node decodes leniently. A spelling that other decoders refuse, or read as another key, is not let in.
  if (key.toString('base64') !== encoded) {
    throw refused('secret_invalid', `After "${PREFIX}", a secret is standard base64 with its padding.`)
  }
  if (key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) {
    throw refused('secret_invalid', `A secret holds ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes.`)
  }
  return key
}
