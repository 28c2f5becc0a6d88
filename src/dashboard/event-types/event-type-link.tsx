import { Link } from '@tanstack/react-router'
import { TEXT_LINK } from '../elements/text-link.ts'
import { useTenantMaybe } from '../tenants/use-tenant.ts'

/** An event type by its name, leading to the catalogue's page of it. */
export function EventTypeLink({ name }: { name: string }) {
  const tenant = useTenantMaybe()
  const look = `${TEXT_LINK} font-mono text-xs wrap-anywhere sm:whitespace-nowrap`
  if (tenant)
    return (
      <Link
        to="/tenants/$tenant/event-types/$eventType"
        params={{ tenant, eventType: name }}
        className={look}
      >
        {name}
      </Link>
    )
  return (
    <Link to="/event-types/$eventType" params={{ eventType: name }} className={look}>
      {name}
    </Link>
  )
}
