/**
 * Finds out which part of a signature is wrong. All of it runs where it is called: no secret leaves the page.
 * Source: Standard Webhooks specification, "Signature scheme" and "Verifying webhook authenticity".
 */

/** One thing that was looked at. */
export interface Finding {
  what: string
  /** `unknown`: it could not be looked at, for what is wrong before it. */
  verdict: 'right' | 'wrong' | 'unknown'
  /** What was found, and what to do. */
  says: string
}

/** What was received, as pasted: headers as lines, the body as it came. */
export interface Received {
  headers: string
  body: string
  secret: string
  /** Milliseconds. */
  now: number
}

const TOLERANCE_SECONDS = 5 * 60

/** Looks at each part in the order in which a receiver does. */
export async function checkSignature({ headers, body, secret, now }: Received): Promise<Finding[]> {
  const byName = readHeaders(headers)
  const id = byName.get('webhook-id')
  const timestamp = byName.get('webhook-timestamp')
  const signature = byName.get('webhook-signature')
  const key = readSecret(secret)
  const findings = [
    headersFinding({ id, timestamp, signature }),
    secretFinding(key),
    timeFinding(timestamp, now),
  ]
  if (!id || !timestamp || !signature || !(key instanceof Uint8Array))
    return [...findings, { what: 'Signature', verdict: 'unknown', says: 'It needs the parts above first.' }]
  return [...findings, await signatureFinding({ id, timestamp, signature, key, body })]
}

/** Lines such as `webhook-id: evt_1`, also as curl or a log writes them. */
export function readHeaders(text: string): Map<string, string> {
  const lines = text
    .split('\n')
    .map((line) => line.trim().replace(/^[<>]\s*|^-H\s*|^['"]|['"],?$|['"]\s*\\$/g, ''))
  return new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^["']?([\w-]+)["']?\s*[:=]\s*["']?(.*?)["']?$/.exec(line) ?? []
      return name ? [[name.toLowerCase(), value!] as const] : []
    }),
  )
}

function headersFinding(parts: Record<'id' | 'timestamp' | 'signature', string | undefined>): Finding {
  const missing = Object.entries(parts).flatMap(([name, value]) => (value ? [] : [`webhook-${name}`]))
  const what = 'Headers'
  if (missing.length > 0) return { what, verdict: 'wrong', says: `${missing.join(', ')} is missing.` }
  return { what, verdict: 'right', says: 'All three are there.' }
}

function readSecret(text: string): Uint8Array<ArrayBuffer> | string {
  const trimmed = text.trim()
  if (trimmed === '') return 'There is none.'
  const encoded = trimmed.replace(/^whsec_/, '')
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
    return bytes.length < 24 ? `It is ${bytes.length} bytes long: a part of it may be missing.` : bytes
  } catch {
    return 'What follows whsec_ is not base64: it may be cut off, or have a character too many.'
  }
}

function secretFinding(key: Uint8Array | string): Finding {
  const what = 'Secret'
  if (typeof key === 'string') return { what, verdict: 'wrong', says: key }
  return { what, verdict: 'right', says: `It is ${key.length} bytes long.` }
}

function timeFinding(timestamp: string | undefined, now: number): Finding {
  const what = 'Timestamp'
  if (!timestamp) return { what, verdict: 'unknown', says: 'There is none.' }
  if (!/^\d+$/.test(timestamp))
    return { what, verdict: 'wrong', says: 'It is not a whole number of seconds since 1970.' }
  if (timestamp.length > 11)
    return { what, verdict: 'wrong', says: 'It is too large: it must be seconds, not milliseconds.' }
  const age = Math.round(now / 1_000 - Number(timestamp))
  if (Math.abs(age) > TOLERANCE_SECONDS)
    return {
      what,
      verdict: 'wrong',
      says: `It is ${Math.abs(age)} seconds ${age > 0 ? 'old' : 'ahead'}; libraries refuse more than ${TOLERANCE_SECONDS}. For one that you look at later that is as it should be.`,
    }
  return { what, verdict: 'right', says: `It is ${Math.abs(age)} seconds ${age >= 0 ? 'old' : 'ahead'}.` }
}

interface Signed {
  id: string
  timestamp: string
  signature: string
  key: Uint8Array<ArrayBuffer>
  body: string
}

async function signatureFinding({ id, timestamp, signature, key, body }: Signed): Promise<Finding> {
  const what = 'Signature'
  const given = signature.split(' ').flatMap((part) => (part.startsWith('v1,') ? [part.slice(3)] : []))
  if (given.length === 0)
    return { what, verdict: 'wrong', says: 'The header holds no part that begins with "v1,".' }
  const isSigned = async (text: string) => given.includes(await sign(key, `${id}.${timestamp}.${text}`))

  if (await isSigned(body))
    return { what, verdict: 'right', says: 'It was made with this secret over these very bytes.' }
  for (const { text, says } of alterations(body))
    if (await isSigned(text)) return { what, verdict: 'wrong', says }
  return {
    what,
    verdict: 'wrong',
    says: 'It was not made with this secret over this body. Either the secret is another endpoint’s (or was rotated out), or the body was changed on its way: parsed and written again, re-encoded, or cut off. Verify the raw bytes of the request.',
  }
}

/** What often becomes of a body between its arrival and its verification. */
function alterations(body: string): { text: string; says: string }[] {
  const found = [
    { text: body.trim(), says: 'It is right without the white space around the body: something added it.' },
    {
      text: `${body}\n`,
      says: 'It is right with a line break at the end of the body: something cut it off.',
    },
    {
      text: body.replaceAll('\r\n', '\n'),
      says: 'It is right with plain line breaks: something made CRLF of them.',
    },
  ]
  try {
    found.push({
      text: JSON.stringify(JSON.parse(body)),
      says: 'It is right for the same JSON without white space: the body was parsed and written again. Verify the raw bytes instead.',
    })
  } catch {
    // No JSON, so that was not it.
  }
  return found.filter(({ text }) => text !== body)
}

async function sign(secret: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)))
  return btoa(String.fromCharCode(...bytes))
}
