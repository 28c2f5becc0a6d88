import { Link } from '@tanstack/react-router'

/** A tenant in a list of something else. */
export function TenantLink({ tenant }: { tenant: string }) {
  return (
    <Link
      to="/tenants/$tenant"
      params={{ tenant }}
      className="block max-w-24 truncate text-ink-soft hover:underline 2xl:max-w-48"
      title={tenant}
    >
      {tenant}
    </Link>
  )
}
