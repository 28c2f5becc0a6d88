import { Link } from '@tanstack/react-router'
import type { NavItem } from './navigation.ts'

/** Some ways that belong together. */
export function NavGroup({
  title,
  tenant,
  items,
}: {
  title?: string | undefined
  tenant?: string
  items: readonly NavItem[]
}) {
  return (
    <div>
      {title && <p className="truncate px-2 pb-1 text-xs font-medium text-ink-faint">{title}</p>}
      <ul className="flex flex-col gap-0.5">
        {items.map(({ label, icon: Icon, to, exact = false }) => (
          <li key={to}>
            <Link
              to={to}
              {...(tenant ? { params: { tenant } } : {})}
              activeOptions={{ exact, includeSearch: false }}
              className="flex items-center gap-2.5 rounded-md px-2 py-1.5 text-sm"
              activeProps={{ className: 'bg-accent-soft text-accent-ink font-medium' }}
              inactiveProps={{ className: 'text-ink-soft hover:bg-sunken hover:text-ink' }}
            >
              <Icon size={15} aria-hidden />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
