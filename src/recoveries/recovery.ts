/**
 * The words of a recovery: a bulk retry by a filter, at a pace.
 *
 * ```
 *   running <-> paused
 *      |  \        |
 *      |   +-------+--> canceled      by hand; what it has set going goes on
 *      v
 *   finished                          all it matched was set going, and has ended
 * ```
 */
export const RECOVERY_STATUSES = ['running', 'paused', 'canceled', 'finished'] as const
export type RecoveryStatus = (typeof RECOVERY_STATUSES)[number]
