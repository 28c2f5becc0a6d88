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
import type { RecoverableStatus } from '../deliveries/store.ts'
import type { Id } from '../ids.ts'

export const RECOVERY_STATUSES = ['running', 'paused', 'canceled', 'finished'] as const
export type RecoveryStatus = (typeof RECOVERY_STATUSES)[number]

/** What a recovery is asked to set going. */
export interface RecoveryFilter {
  /** Null: all endpoints. */
  endpointId: Id<'endpoint'> | null
  statuses: RecoverableStatus[]
  /** Null: all types. */
  eventType: string | null
  /** Created then or later. */
  after: Date
  /** Created before then; null, or in the future: until now. */
  before: Date | null
  /**
   * Also what was never sent: deliveries that were canceled before their first attempt, and events that an endpoint wants
   * by its present subscriptions but has no delivery of, whichever is the older.
   */
  includeUnsent: boolean
}

/** Deliveries set going in a second. */
export const PACE = {
  /** A few sends at a time beside live traffic, for most receivers; an hour's worth for 180,000. */
  usual: 50,
  /** What one transaction writes in some fifty milliseconds. */
  max: 1_000,
} as const
