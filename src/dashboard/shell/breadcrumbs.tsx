import { Link, useParams, useRouterState } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { Fragment } from 'react'
import { useSession } from '../session/session.ts'
import { INSTALLATION_NAV, TENANT_NAV } from './navigation.ts'

/** Where a screen stands: for the operator below its tenant, and what is one of a list below that list. */
export function Breadcrumbs() {
  const session = useSession()
  const { tenant } = useParams({ strict: false })
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const steps: { label: string; to: string }[] = []
  if (tenant && session.tenant === null)
    steps.push({ label: 'Tenants', to: '/tenants' }, { label: tenant, to: '/tenants/$tenant' })
  const list = (tenant ? TENANT_NAV : INSTALLATION_NAV).find(
    ({ to }) =>
      !to.endsWith('$tenant') && to !== '/' && path.includes(`${to.replace('$tenant', tenant ?? '')}/`),
  )
  if (list) steps.push(list)
  if (steps.length === 0) return null
  return (
    <nav aria-label="Where this is" className="mx-auto w-full max-w-7xl px-4 pt-4 -mb-3 lg:px-8">
      <ol className="flex flex-wrap items-center gap-1 text-xs text-ink-faint">
        {steps.map(({ label, to }, index) => (
          <Fragment key={to}>
            {index > 0 && <ChevronRight size={12} aria-hidden />}
            <li className="min-w-0">
              <Link
                to={to}
                {...(tenant ? { params: { tenant } } : {})}
                className="block max-w-48 truncate rounded hover:text-ink hover:underline"
              >
                {label}
              </Link>
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  )
}
