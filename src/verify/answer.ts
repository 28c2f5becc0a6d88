/** What a receiver answers by itself, without its handler. */
import { VerificationError } from './error.ts'

/** An answer of any framework. */
export interface ReceiverAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** For a callback that is being handled. Ringback honours `Retry-After` here. Source: RFC 9110, section 15.6.4. */
export const BUSY: ReceiverAnswer = { status: 503, headers: { 'retry-after': '5' }, body: '' }

/** For a callback that was taken, now or before. */
export const TAKEN: ReceiverAnswer = { status: 204, headers: {}, body: '' }

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

/** Of a status: whether Ringback takes it for done. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300
