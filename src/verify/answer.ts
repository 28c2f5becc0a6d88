/** What a receiver answers by itself, without its handler. */
import { VerificationError } from './error.ts'
import type { Turn } from './once.ts'

/** An answer of any framework. */
export interface ReceiverAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Ringback honours `Retry-After` with this status. Source: RFC 9110, section 15.6.4. */
const BUSY: ReceiverAnswer = { status: 503, headers: { 'retry-after': '5' }, body: '' }

const TAKEN: ReceiverAnswer = { status: 204, headers: {}, body: '' }

/** For a callback that is not handled now; undefined for one that is. */
export function answerTo(turn: Turn): ReceiverAnswer | undefined {
  if (turn === 'handle') return undefined
  return turn === 'taken' ? TAKEN : BUSY
}

/**
 * For a request that could not be verified.
 * @throws whatever else was thrown
 */
export function answerError(error: unknown): ReceiverAnswer {
  if (!(error instanceof VerificationError)) throw error
  const { reason, detail, status } = error
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason, detail }),
  }
}
