/**
 * Where requests are counted and, beyond a limit, refused. What is left is told with every answer to a limited caller.
 * Source: RFC 6585 section 4 (429); RFC 9110 section 10.2.3 (Retry-After); draft-ietf-httpapi-ratelimit-headers-10.
 */
import type { Context, MiddlewareHandler } from 'hono'
import type { Charge, LimitName, Limits } from '../access/limits/limits.ts'
import { SECOND } from '../duration.ts'
import { RingbackError } from '../errors.ts'
import { clientNetwork } from './client-address.ts'
import type { ApiEnv } from './needs.ts'

/** What the headers are for, as the document tells it. */
export const LIMIT_HEADERS = {
  'RateLimit-Policy': {
    description:
      'The limits that hold for the caller: `q` requests in `w` seconds each. Absent where none does.',
    schema: { type: 'string' },
    example: '"key";q=100;w=1, "tenant";q=1000;w=1',
  },
  RateLimit: {
    description: 'What is left of each: `r` requests, and `t` seconds until the count begins anew.',
    schema: { type: 'string' },
    example: '"key";r=42;t=1, "tenant";r=900;t=1',
  },
  'Retry-After': {
    description: 'When to ask again, in seconds.',
    schema: { type: 'integer' },
    example: 1,
  },
} as const
export type LimitHeader = keyof typeof LIMIT_HEADERS

/**
 * Counts each request against what limits its caller.
 * @throws RingbackError `rate_limited`
 */
export function limitRate(limits: Pick<Limits, 'charge'>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    answerCharges(c, await limits.charge(c.get('caller')))
    return next()
  }
}

/**
 * Counts what a request asks beyond one thing.
 * @throws RingbackError `rate_limited`
 */
export async function chargeMore(
  c: Context<ApiEnv>,
  limits: Pick<Limits, 'chargeMore'>,
  count: number,
): Promise<void> {
  if (count > 0) answerCharges(c, await limits.chargeMore(c.get('caller'), count))
}

/**
 * Counts a failed authentication. A good key is never refused for what others at its address do, who may be everybody
 * behind one proxy.
 * @throws RingbackError `rate_limited` in place of `unauthorized`
 */
export async function chargeFailure(
  c: Context<ApiEnv>,
  limits: Pick<Limits, 'chargeFailure'>,
  proxies: number,
): Promise<void> {
  const charges = await limits.chargeFailure(clientNetwork(c, proxies))
  if (charges.some(({ granted }) => !granted)) answerCharges(c, charges)
}

function answerCharges(c: Context<ApiEnv>, charges: readonly Charge[]): void {
  if (charges.length === 0) return
  c.header('RateLimit-Policy', charges.map(policyOf).join(', '))
  c.header('RateLimit', charges.map(stateOf).join(', '))
  const refusal = charges.find(({ granted }) => !granted)
  if (!refusal) return
  c.header('Retry-After', String(secondsOf(refusal)))
  throw new RingbackError('rate_limited', 'rate_limited', wordsOf(refusal))
}

/** Lists of strings with parameters, as RFC 9651 has them. */
const policyOf = ({ name, rate }: Charge) => `"${name}";q=${rate.count};w=${rate.seconds}`
const stateOf = (charge: Charge) => `"${charge.name}";r=${charge.remaining};t=${secondsOf(charge)}`

/** Rounded up: who asks again then is not too early. */
const secondsOf = ({ resetMs }: Charge) => Math.max(1, Math.ceil(resetMs / SECOND))

const WHOSE: Record<LimitName, string> = {
  key: 'Too many requests with this key',
  portal: 'Too many requests in this portal session',
  tenant: 'Too many requests with the keys and portal sessions of this tenant',
  address: 'Too many requests without a good key from this address',
}

function wordsOf(refusal: Charge): string {
  const { count, seconds } = refusal.rate
  const window = seconds === 1 ? 'a second' : `${seconds} seconds`
  return `${WHOSE[refusal.name]}: the limit is ${count} in ${window}. Try again in ${secondsOf(refusal)} s.`
}
