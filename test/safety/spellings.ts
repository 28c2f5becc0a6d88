/** The ways in which a secret could lie somewhere. */

/**
 * @returns the secret as it is, in hex, and in base64 wherever it begins among other bytes; and the same of the key
 * that a `whsec_` secret spells
 */
export function spellingsOf(secret: string): string[] {
  const [, key] = /^whsec_(.+)$/.exec(secret) ?? []
  const bytes = [Buffer.from(secret), ...(key ? [Buffer.from(key, 'base64')] : [])]
  return [
    secret,
    ...(key ? [key] : []),
    ...bytes.flatMap((one) => [one.toString('latin1'), ...encodings(one)]),
  ]
}

function encodings(bytes: Buffer): string[] {
  const base64 = [0, 1, 2].map((before) => base64Inside(bytes, before))
  const hex = bytes.toString('hex')
  return [
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

/** The characters that depend on these bytes alone when `before` others, modulo 3, precede them. */
function base64Inside(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const first = Math.ceil((before * 8) / 6)
  const last = Math.floor(((before + bytes.length) * 8) / 6)
  return text.slice(first, last)
}
