/**
 * The words of a delivery: one event for one endpoint.
 *
 * ```
 *             accept
 *               |
 *               v        an attempt failed, another is due
 *   held <-> pending ------------------------------> retrying <-> held
 *               |                                       |
 *               +----------------+----------------------+
 *                                |
 *          a 2xx                 | no attempt left       cancel, or the endpoint is deleted
 *            v                   v                           v
 *        delivered             failed                    canceled
 *            |                   |                           |
 *            +------- retry by hand: pending again ----------+
 * ```
 */
export const DELIVERY_STATUSES = ['pending', 'retrying', 'held', 'delivered', 'failed', 'canceled'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** The states in which something is still to come. */
export const WAITING_STATUSES = ['pending', 'retrying', 'held'] as const satisfies readonly DeliveryStatus[]

/** Whether nothing more will happen by itself. */
export const isFinal = (status: DeliveryStatus): boolean =>
  status === 'delivered' || status === 'failed' || status === 'canceled'

/** What a receiver answered: the class of its status; `none` when no answer came, `other` for a status that is none. */
export const ANSWERS = ['2xx', '3xx', '4xx', '5xx', 'none', 'other'] as const
export type Answer = (typeof ANSWERS)[number]

/** @param status null: no answer came */
export const answerOf = (status: number | null): Answer =>
  status === null ? 'none' : (ANSWERS.find((answer) => answer === `${Math.floor(status / 100)}xx`) ?? 'other')

/** What a held delivery waits for. */
export const WAITING_FOR = ['paused', 'disabled', 'circuit'] as const
export type WaitingFor = (typeof WAITING_FOR)[number]

/** Who asked for an attempt. */
export type Trigger = 'automatic' | 'manual' | 'recovery' | 'test'
