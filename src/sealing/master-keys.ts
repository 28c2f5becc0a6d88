/** Master keys as the operator writes them. */
import { StartRefused } from '../errors.ts'

const KEY_BYTES = 32

/**
 * Reads `RINGBACK_MASTER_KEY`.
 * @param text the base64 of 32 bytes; several separated by commas while keys are rotated, the newest first
 * @returns the keys in that order
 * @throws StartRefused naming the position of the faulty key, never the key
 */
export function parseMasterKeys(text: string): Buffer[] {
  return text.split(',').map((part, index) => parseMasterKey(part.trim(), index + 1))
}

function parseMasterKey(encoded: string, position: number): Buffer {
  const key = Buffer.from(encoded, 'base64')
  const unpadded = (base64: string) => base64.replace(/=+$/, '')
  // Node decodes leniently: a typing error would become another key, and nothing sealed before would open.
  if (unpadded(key.toString('base64')) !== unpadded(encoded)) {
    throw new StartRefused(`Master key ${position} is not base64. ${CURE}`)
  }
  if (key.length !== KEY_BYTES) {
    throw new StartRefused(
      `Master key ${position} holds ${key.length} bytes instead of ${KEY_BYTES}. ${CURE}`,
    )
  }
  return key
}

const CURE = 'Make one with "openssl rand -base64 32".'
