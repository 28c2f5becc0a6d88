import type { RecoveryRow } from './store.ts'

/** What the audit log keeps of a recovery that began, in the words of the API. */
export function auditedRecovery(recovery: RecoveryRow) {
  const { endpointId, statuses, eventType, after, before, includeUnsent, perSecond, matched } = recovery
  return { endpointId, status: statuses, eventType, after, before, includeUnsent, perSecond, matched }
}
