import { Link } from '@tanstack/react-router'

/** A tenant in a list of something else. */
export function TenantLink({ tenant }: { tenant: string }) {
  return (
    <Link to="/tenants/$tenant" params={{ tenant }} className="text-ink-soft hover:underline">
      {tenant}
    </Link>
  )
}
