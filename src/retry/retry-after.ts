/** How long a receiver asks to be left alone. */
import { SECOND } from '../duration.ts'
import { parseHttpDate } from './http-date.ts'

const DELTA_SECONDS = /^\d+$/

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP date.
 *
 * A date in the past means now: 0. A count of seconds beyond what a number holds exactly is the largest that it does;
 * how long is too long is decided by the caller. Signs, fractions, exponents and lists are junk.
 *
 * @param now milliseconds since the epoch
 * @returns milliseconds from now, not negative; null when there is no such header or it cannot be read
 * Source: RFC 9110 section 10.2.3.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  const text = value?.trim()
  if (!text) return null
  if (DELTA_SECONDS.test(text)) return Math.min(Number(text) * SECOND, Number.MAX_SAFE_INTEGER)
  const date = parseHttpDate(text, now)
  return date === null ? null : Math.max(0, date - now)
}
