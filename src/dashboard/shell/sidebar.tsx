import { useParams } from '@tanstack/react-router'
import { LogOut } from 'lucide-react'
import { IconButton } from '../elements/icon-button.tsx'
import { useMay, useSession, useSignOut } from '../session/session.ts'
import { isOperator } from '../settings.ts'
import { Brand } from './brand.tsx'
import { NavGroup } from './nav-group.tsx'
import { INSTALLATION_NAV, TENANT_NAV } from './navigation.ts'
import { ThemeSwitch } from './theme-switch.tsx'
import { ZoneSwitch } from './zone-switch.tsx'

/** The ways to all screens: those of the installation for its operator, and those of the tenant at hand. */
export function Sidebar({ className }: { className: string }) {
  const session = useSession()
  const isAdmin = useMay('admin')
  const { tenant = session.tenant } = useParams({ strict: false })
  const signOut = useSignOut()
  const seesAll = session.tenant === null
  return (
    <div className={`flex-col border-r border-line bg-surface ${className}`}>
      <div className="flex h-14 shrink-0 items-center px-4">
        <Brand />
      </div>
      <nav aria-label="Screens" className="flex flex-1 flex-col gap-5 overflow-y-auto px-2 pb-4">
        {seesAll && <NavGroup items={INSTALLATION_NAV.filter(({ admin }) => isAdmin || !admin)} />}
        {tenant && (
          <NavGroup
            title={seesAll ? tenant : undefined}
            tenant={tenant}
            items={TENANT_NAV.filter(
              ({ admin, operator }) => (isAdmin || !admin) && (isOperator || !operator),
            )}
          />
        )}
      </nav>
      <footer className="flex items-center gap-1 border-t border-line px-3 py-2">
        <div className="min-w-0 flex-1 text-xs text-ink-faint">
          <div className="truncate">{session.name ?? session.tenant ?? 'Operator'}</div>
          {session.readOnly && <div>read only</div>}
        </div>
        <ZoneSwitch />
        <ThemeSwitch />
        <IconButton icon={LogOut} label="Sign out" onClick={() => signOut.mutate()} />
      </footer>
    </div>
  )
}
