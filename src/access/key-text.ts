/**
 * An API key as text: `rbk_`, 26 characters of id, 43 of secret, 6 of checksum. The prefix and the fixed form let a
 * scanner for leaked secrets find it, the checksum tells a typing error, or a text that only looks alike, without a
 * look at the database. Letters and digits alone, so that a double click selects the whole.
 */
import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Id } from '../ids.ts'

/** What a scanner looks for. */
export const KEY_FORM = /^rbk_([0-7][0-9a-hjkmnp-tv-z]{25})([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

/** Whether a text is meant to be an API key, well written or not. */
export const looksLikeKey = (text: string): boolean => text.startsWith(PREFIX)

const PREFIX = 'rbk_'
const SECRET_BYTES = 32
/** 62^43 > 2^256, 62^6 > 2^32. */
const SECRET_DIGITS = 43
const CHECKSUM_DIGITS = 6

/** A new key for this id, with 256 random bits. To be shown once; only its hash is kept. */
export function newKeyText(id: Id<'apiKey'>): string {
  const secret = base62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_DIGITS)
  const body = suffixOf(id) + secret
  return PREFIX + body + checksumOf(body)
}

/**
 * Which key a text is.
 * @returns undefined when it was not written by `newKeyText`: cut short, mistyped, made up
 */
export function idOfKeyText(text: string): Id<'apiKey'> | undefined {
  const [, suffix = '', secret = '', checksum] = KEY_FORM.exec(text) ?? []
  return checksum !== undefined && checksum === checksumOf(suffix + secret) ? `key_${suffix}` : undefined
}

/** What is kept of a key. */
export function hashOfKey(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

const suffixOf = (id: Id<'apiKey'>) => id.slice('key_'.length)

/** It finds every slip within 32 bits, so every single wrong character, and misses one in 4 billion of the others. */
const checksumOf = (body: string) => base62(BigInt(crc32(body)), CHECKSUM_DIGITS)

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest /= 62n) text = DIGITS[Number(rest % 62n)]! + text
  return text
}
