/** What must be asked of an endpoint's settings beyond their shape, before they are stored. */
import type { Egress } from '../egress/index.ts'
import { type Fault, RingbackError, refused } from '../errors.ts'
import { compileFilter } from '../filter/compile.ts'
import { parseSecret } from '../signing/secret.ts'
import { ENDPOINT_LIMITS, type Wanted } from './endpoint.ts'

/** The installation's rules for callbacks. */
export type EgressRules = Pick<Egress, 'checkUrl' | 'checkHeaders'>

/**
 * @returns the URL in the form that is kept and called
 * @throws RingbackError `url_invalid`, `url_not_allowed`
 */
export function checkedUrl({ checkUrl }: EgressRules, url: string): string {
  const verdict = checkUrl(url)
  if (verdict.ok) return verdict.url
  throw refused(verdict.code, verdict.message, [{ path: 'url', message: verdict.message }])
}

/** @throws RingbackError `header_not_allowed`, with a fault for each */
export function checkedHeaders(
  { checkHeaders }: EgressRules,
  headers: Record<string, string>,
): Record<string, string> {
  const faults = checkHeaders(headers)
  if (faults.length === 0) return headers
  throw refused('header_not_allowed', 'These headers cannot be sent with a callback.', faults)
}

/** @throws RingbackError `secret_invalid` */
export function checkedSecret(secret: string): string {
  within('secret', () => parseSecret(secret))
  return secret
}

/**
 * @param path where a subscription stands in the request, e.g. `subscriptions[0]`; empty for the request itself
 * @throws RingbackError `filter_invalid`, with the paths of its faults
 */
export function checkedFilter(filter: unknown, path: string): unknown {
  if (filter !== null) within(path === '' ? 'filter' : `${path}.filter`, () => compileFilter(filter))
  return filter
}

/** @throws RingbackError `too_many_subscriptions`, `filter_invalid` */
export function checkedSubscriptions(wanted: readonly Wanted[]): readonly Wanted[] {
  refuseTooMany(wanted.length, 'subscriptions')
  wanted.forEach(({ filter }, i) => {
    checkedFilter(filter, `subscriptions[${i}]`)
  })
  return wanted
}

/**
 * @param path where the subscriptions stand in the request; empty when the request itself is the one too many
 * @throws RingbackError `too_many_subscriptions` when an endpoint would have more than it may
 */
export function refuseTooMany(subscriptions: number, path = ''): void {
  const { subscriptions: most } = ENDPOINT_LIMITS
  if (subscriptions <= most) return
  const message = `An endpoint has ${most} subscriptions at most.`
  throw refused('too_many_subscriptions', message, [{ path, message }])
}

/** @throws RingbackError `too_many_endpoints` when a tenant would have more than it may */
export function refuseBeyond(most: number, endpoints: number): void {
  if (endpoints <= most) return
  throw refused('too_many_endpoints', `A tenant has ${most} endpoints at most; delete one first.`)
}

/** Lets the faults that a check finds in a part point into the whole. */
function within(path: string, check: () => unknown): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof RingbackError)) throw error
    const { kind, code, message, faults } = error
    const placed = faults.length > 0 ? faults.map((fault) => placeFault(path, fault)) : [{ path, message }]
    throw new RingbackError(kind, code, message, placed, { cause: error })
  }
}

const placeFault = (path: string, fault: Fault): Fault => ({
  path: fault.path === '' ? path : `${path}.${fault.path}`,
  message: fault.message,
})
