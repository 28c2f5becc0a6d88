/** Whether and when a call is tried again. */
import type { RingbackError } from './error.ts'
import type { Operation } from './operation.ts'

/** A server that asks for more patience than this is not waited for: the caller decides. */
const MOST_PATIENCE_MS = 60_000

const MOST_DELAY_MS = 10_000

/** What a delay is made of. */
export interface RetryPolicy {
  /** How often a call is tried again. */
  retries: number
  /** The first delay, about; each further one is twice as long, up to 10 seconds. */
  retryDelayMs: number
  /** At random from 0 to 1. */
  random(): number
}

/**
 * When to try again, in milliseconds from now.
 * @param failures how often it has failed, from 1
 * @returns undefined for not at all
 */
export function delayBefore(
  operation: Operation,
  error: RingbackError,
  failures: number,
  policy: RetryPolicy,
): number | undefined {
  if (failures > policy.retries || !mayPass(error) || !isSafe(operation, error)) return undefined
  const backoff = backoffMs(failures, policy)
  const asked = error.retryAfterMs ?? 0
  return asked > MOST_PATIENCE_MS ? undefined : Math.max(backoff, asked)
}

/** Doubles with each failure; half of it is chance, so that many clients do not come back at once. */
export function backoffMs(failures: number, { retryDelayMs, random }: Omit<RetryPolicy, 'retries'>): number {
  const full = Math.min(retryDelayMs * 2 ** (failures - 1), MOST_DELAY_MS)
  return full * (0.5 + random() / 2)
}

/** Whether another try may go better. */
export function mayPass({ status, code }: RingbackError): boolean {
  if (status === undefined) return code === 'network_error' || code === 'timeout'
  // The first try of this very call is still under way: its answer is ours too.
  if (status === 409) return code === 'idempotency_in_progress'
  return status === 408 || status === 429 || status >= 500
}

/**
 * Whether it is what the body held that was refused, and less of it may be taken. What stands before Ringback speaks in
 * words of its own: its 413 alone is plain.
 */
export const isOfContent = ({ status, code }: RingbackError): boolean =>
  status === 413 || ((status === 400 || status === 422) && !code.startsWith('http_'))

/**
 * Whether a second try does no harm, although the first may have been done. A POST without a key is sent again only where
 * the answer says that nothing was done.
 */
function isSafe({ method, keyed }: Operation, { status }: RingbackError): boolean {
  return method !== 'POST' || keyed === true || status === 429 || status === 503
}
