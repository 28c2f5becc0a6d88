/** A callback taken apart: each part is looked at, also after one was found wrong. */
import { VerificationError, verify } from '../../verify/index.ts'
import { usage } from '../frame/exit.ts'

/** One part, and how it stands. */
export interface Part {
  part: 'headers' | 'time' | 'signature' | 'body'
  ok: boolean
  says: string
  /** As `ringback/verify` has it. */
  reason?: string
}

/** A callback as it came. */
export interface Examined {
  /** By names in lower case. */
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  secrets: readonly string[]
  windowSeconds: number
}

const NEEDED = ['webhook-id', 'webhook-timestamp', 'webhook-signature']

/** Looks at every part that there is. */
export function examine(callback: Examined): Part[] {
  const missing = NEEDED.filter((name) => !callback.headers[name])
  if (missing.length > 0)
    return [wrong('headers', 'missing_header', `There is no ${missing.join(', no ')}.`), bodyPart(callback)]
  return [
    { part: 'headers', ok: true, says: `webhook-id is ${callback.headers['webhook-id']}.` },
    timePart(callback),
    signaturePart(callback),
    bodyPart(callback),
  ]
}

function timePart(callback: Examined): Part {
  const reason = reasonOf(callback, callback.windowSeconds)
  const isIt =
    reason && ['malformed_header', 'timestamp_too_old', 'timestamp_too_new'].includes(reason.reason)
  if (isIt) return wrong('time', reason.reason, reason.detail)
  const moment = new Date(Number(callback.headers['webhook-timestamp']) * 1_000)
  return { part: 'time', ok: true, says: `It was signed at ${moment.toISOString()}.` }
}

function signaturePart(callback: Examined): Part {
  const reason = reasonOf(callback, Number.MAX_SAFE_INTEGER)
  if (reason?.reason === 'malformed_header')
    return wrong('signature', reason.reason, 'Without the time it cannot be computed.')
  if (reason?.reason !== 'no_matching_signature')
    return { part: 'signature', ok: true, says: 'It is of this body by this secret.' }
  return wrong('signature', reason.reason, hintOf(callback) ?? reason.detail)
}

/** What often happens to a body on its way into a file, tried out. */
function hintOf(callback: Examined): string | undefined {
  const text = Buffer.from(callback.body).toString('utf8')
  const isSigned = (other: string) =>
    other !== text && !reasonOf({ ...callback, body: Buffer.from(other) }, Number.MAX_SAFE_INTEGER)
  if (isSigned(text.replace(/\r?\n$/, '')))
    return 'It is of this body without the line break at its end, which an editor or `echo` has added.'
  try {
    if (isSigned(JSON.stringify(JSON.parse(text))))
      return 'It is of this JSON written without spaces: something has parsed the body and written it anew.'
  } catch {
    // No JSON: the body's own part says so.
  }
  return undefined
}

function bodyPart({ body }: Examined): Part {
  const text = Buffer.from(body).toString('utf8')
  try {
    const { type, timestamp } = JSON.parse(text) as Record<string, unknown>
    if (typeof type === 'string' && typeof timestamp === 'string')
      return { part: 'body', ok: true, says: `It tells of ${type} at ${timestamp}.` }
  } catch {
    return wrong('body', 'body_not_json', 'It is not JSON.')
  }
  return wrong('body', 'body_not_json', 'It has no `type` or no `timestamp`.')
}

function reasonOf(
  { headers, body, secrets }: Examined,
  windowSeconds: number,
): VerificationError | undefined {
  try {
    verify(body, headers, secrets, { windowSeconds })
    return undefined
  } catch (error) {
    if (error instanceof VerificationError) return error
    throw usage((error as Error).message)
  }
}

const wrong = (part: Part['part'], reason: string, says: string): Part => ({ part, ok: false, says, reason })
