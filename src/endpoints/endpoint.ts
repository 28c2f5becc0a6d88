/** The words of a registered callback URL. */

/** Why an endpoint is off. `gone`: it answered 410. `failing`: nothing got through for days. `manual`: somebody said so. */
export type DisabledReason = 'gone' | 'failing' | 'manual'

/**
 * Where an endpoint stands.
 *
 * ```
 *            a streak of failures            the failing rule, a 410, by hand
 *   active ----------------------> failing ---------------------------------> disabled
 *      ^                              |                                           |
 *      +--------- a success ----------+                                           |
 *      +------------------------------- enable -----------------------------------+
 * ```
 */
export const ENDPOINT_STATUSES = ['active', 'paused', 'failing', 'disabled'] as const
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number]
