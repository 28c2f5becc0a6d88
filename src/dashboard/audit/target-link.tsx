import { Link } from '@tanstack/react-router'
import type { AuditEntry } from '../api/shapes.ts'
import { TEXT_LINK } from '../elements/text-link.ts'

/** To the screen of what was changed, where it has one; it may be gone by now. */
export function TargetLink({ entry }: { entry: AuditEntry }) {
  const to = addressOf(entry)
  if (to === null) return null
  return (
    <Link to={to} className={`${TEXT_LINK} text-sm`}>
      Open the {entry.target.kind.replace('_', ' ')}
    </Link>
  )
}

function addressOf({ target: { kind, id }, tenantId }: AuditEntry): string | null {
  if (id === null) return null
  if (kind === 'event_type') return `/event-types/${id}`
  if (kind === 'tenant') return `/tenants/${id}`
  if (kind === 'endpoint') return `/tenants/${tenantId}/endpoints/${id}`
  if (kind === 'delivery') return `/tenants/${tenantId}/deliveries/${id}`
  return null
}
