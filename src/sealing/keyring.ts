/**
 * Secrets at rest: AES-256-GCM under a master key, bound to the row they belong to, so that a sealed value copied into
 * another row does not open.
 *
 *     version (1 byte) | key id (4) | nonce (12) | ciphertext | tag (16)
 *
 * The key id says which master key seals a row, so keys can be rotated: the first seals, all of them open. The nonce is
 * random, which is safe for 2^32 values a key: far more secrets than an installation holds.
 *
 * Source: NIST SP 800-38D sections 5.2.1.1, 8.2.2 and 8.3.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { RingbackError } from '../errors.ts'

const VERSION = 1
const KEY_ID_BYTES = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + KEY_ID_BYTES

/** How many bytes a sealed value is longer than what it seals. */
export const SEAL_BYTES = HEAD_BYTES + NONCE_BYTES + TAG_BYTES

/** Seals and opens what must not lie readable in the database. */
export interface Keyring {
  /** How all begins that is sealed now: the version and the key's id. What begins otherwise is of a former key. */
  readonly head: Buffer
  /**
   * @param plaintext text is sealed as UTF-8
   * @param rowId the id of the row that will hold the sealed value
   */
  seal(plaintext: string | Buffer, rowId: string): Buffer
  /**
   * @param rowId the id of the row that holds the sealed value
   * @throws RingbackError `master_key_unknown`: sealed under a master key that is not on the ring;
   * `sealed_broken`: changed, cut short, or taken from another row
   */
  open(sealed: Buffer, rowId: string): Buffer
}

/**
 * A ring of master keys.
 * @param keys 32 bytes each, at least one; the first seals, all of them open
 */
export function createKeyring(keys: readonly Buffer[]): Keyring {
  const [sealing] = keys
  if (!sealing) throw new Error('A keyring needs a key')
  const sealingHead = headOf(sealing)
  // Reversed, so that the earlier of two keys with one id wins, and what is sealed now always opens.
  const keyByHead = new Map(keys.toReversed().map((key) => [headOf(key).toString('hex'), key]))

  return {
    head: sealingHead,

    seal(plaintext, rowId) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(bindingOf(sealingHead, rowId))
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
      return Buffer.concat([sealingHead, nonce, ciphertext, cipher.getAuthTag()])
    },

    open(sealed, rowId) {
      if (sealed.length < SEAL_BYTES || sealed[0] !== VERSION) throw broken(rowId)
      const head = sealed.subarray(0, HEAD_BYTES)
      const key = keyByHead.get(head.toString('hex'))
      if (!key) throw unknownKey(head, rowId)

      const nonce = sealed.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES)
      const ciphertext = sealed.subarray(HEAD_BYTES + NONCE_BYTES, -TAG_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(bindingOf(head, rowId))
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(ciphertext), decipher.final()])
      } catch (cause) {
        throw broken(rowId, cause)
      }
    },
  }
}

/** The version and the key's id. The id is a hash, so it tells nothing of the key. */
function headOf(key: Buffer): Buffer {
  const id = createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES)
  return Buffer.concat([Buffer.of(VERSION), id])
}

/** What the tag vouches for besides the ciphertext. */
function bindingOf(head: Buffer, rowId: string): Buffer {
  return Buffer.concat([head, Buffer.from(rowId)])
}

function unknownKey(head: Buffer, rowId: string): RingbackError {
  const keyId = head.subarray(1).toString('hex')
  return new RingbackError(
    'unavailable',
    'master_key_unknown',
    `The secret of ${rowId} is sealed under master key ${keyId}, which is not configured. Add it to RINGBACK_MASTER_KEY.`,
  )
}

function broken(rowId: string, cause?: unknown): RingbackError {
  return new RingbackError(
    'unavailable',
    'sealed_broken',
    `The sealed secret of ${rowId} does not open: it was changed, or belongs to another row.`,
    [],
    { cause },
  )
}
