import { Link } from '@tanstack/react-router'
import type { EndpointStatus } from '../api/shapes.ts'

const STATUSES: readonly EndpointStatus[] = ['active', 'failing', 'paused', 'disabled']

/** Reads a status from an address. */
export const statusOf = (text: string | undefined): EndpointStatus | undefined =>
  STATUSES.find((status) => status === text)

/** All, or those that are so. */
export function EndpointStatusFilter({ status }: { status: EndpointStatus | undefined }) {
  return (
    <nav aria-label="Filter by status" className="flex flex-wrap gap-1">
      {[undefined, ...STATUSES].map((one) => (
        <Link
          key={one ?? 'all'}
          to="."
          search={(all: object) => ({ ...all, status: one, cursor: undefined })}
          aria-current={one === status ? 'true' : undefined}
          className={`rounded-full px-3 py-1 text-xs font-medium ${one === status ? 'bg-accent-soft text-accent-ink' : 'text-ink-soft hover:bg-sunken'}`}
        >
          {one ?? 'All'}
        </Link>
      ))}
    </nav>
  )
}
