/** The words of a tenant: a customer of the host application. */
import { refused } from '../errors.ts'
import type { RetryPolicy } from '../retry/policy.ts'

/** How long what is a tenant's is kept, in days; null or left out: as the instance says. The shorter of the two holds. */
export interface Retention {
  /** Events, and deliveries that have ended. */
  eventDays?: number | null | undefined
  attemptDays?: number | null | undefined
  /** The data of events. */
  payloadDays?: number | null | undefined
}

/** A tenant as it is shown. */
export interface Tenant {
  /** The host's own id for its customer. */
  id: string
  name: string | null
  metadata: Record<string, string>
  /** For endpoints without a policy of their own; null: the instance's. */
  retry: RetryPolicy | null
  /** For endpoints without a timeout of their own, in milliseconds; null: the instance's. */
  timeoutMs: number | null
  /** Null: as the instance's. */
  retention: Retention | null
  createdAt: Date
  updatedAt: Date
}

/** What a host may say of a tenant. Left out: as it is, or the default of a new one. Null: cleared. */
export interface TenantChange {
  name?: string | null | undefined
  metadata?: Record<string, string> | null | undefined
  retry?: RetryPolicy | null | undefined
  timeoutMs?: number | null | undefined
  retention?: Retention | null | undefined
}

/** `.` and `..` are left out: every URL parser would walk up the path at them. */
const ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/

/** The tenant of whoever runs Ringback: its events are the notices, and its endpoints subscribe to them like any others. */
export const OPERATOR_TENANT = '_operator'

/** The rule in words, as an end to "A tenant id must be". */
export const TENANT_ID_RULE = '1 to 128 of the characters A-Z a-z 0-9 . _ - (and not . or .. alone)'

/** Whether a text can be the id of a tenant, as a host chooses it. */
export const isTenantId = (text: string): boolean => ID.test(text)

/**
 * Refuses what a host cannot make a tenant under.
 * @throws RingbackError `tenant_id_invalid`, `tenant_id_reserved`
 */
export function checkTenantId(id: string): void {
  if (!isTenantId(id)) throw refused('tenant_id_invalid', `A tenant id must be ${TENANT_ID_RULE}.`)
  refuseReserved(id)
}

/**
 * Refuses what a host may not do to the operator's tenant: make, change or delete it, emit into it, or let
 * somebody else in.
 * @throws RingbackError `tenant_id_reserved`
 */
export function refuseReserved(id: string): void {
  if (id !== OPERATOR_TENANT) return
  throw refused('tenant_id_reserved', `The tenant "${OPERATOR_TENANT}" is Ringback's own.`)
}
