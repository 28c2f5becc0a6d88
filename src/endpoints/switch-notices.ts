import type { Db } from '../db/open.ts'
import type { DisabledReason } from './endpoint.ts'
import type { EndpointRef } from './store/health.ts'

/** Whom the verbs here tell that an endpoint was switched; all in the caller's transaction. */
export interface SwitchNotices {
  /** One that was disabled is on again. */
  enabled(db: Db, told: EndpointRef): Promise<void>
  /** One that was on is disabled. */
  disabled(db: Db, told: EndpointRef & { reason: DisabledReason }): Promise<void>
}
