import type { RecoveryFilter } from '../api/shapes.ts'

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** What a recovery is to send again, in words. */
export function describeRecovery(filter: RecoveryFilter): string {
  const { status, eventType, endpointId, after, before, includeUnsent } = filter
  return [
    `${status.join(' and ')} deliveries`,
    eventType && `of ${eventType}`,
    endpointId && `to ${endpointId}`,
    `made from ${format.format(new Date(after))} to ${format.format(new Date(before))}`,
    includeUnsent && 'and what was never sent',
  ]
    .filter(Boolean)
    .join(' ')
}
