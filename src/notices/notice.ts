/** The words of a notice: an operational event about Ringback itself. */

/** What notices tell of. */
export const NOTICE_TYPES = [
  'endpoint.failing',
  'endpoint.disabled',
  'endpoint.enabled',
  'delivery.failed',
  'delivery.recovered',
  'recovery.finished',
] as const
export type NoticeType = (typeof NOTICE_TYPES)[number]

/** The reserved tenant whose events notices are; its endpoints subscribe to them like any others. */
export const OPERATOR_TENANT = '_operator'

/** A notice to be given. */
export interface Notice {
  type: NoticeType
  /** Whom it is about; nothing is told of the operator's own endpoints and deliveries, or it would never end. */
  tenantId: string
  /** What it says: the `data` of the event. */
  data: Record<string, unknown>
}
