/** The screens, in the order of the sidebar. */
import {
  Activity,
  Building2,
  CalendarSync,
  FileSearch,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  ScrollText,
  Send,
  Settings,
  Shapes,
  ShieldCheck,
  SlidersHorizontal,
  SquareArrowOutUpRight,
  Webhook,
} from 'lucide-react'

/** A way to a screen. */
export interface NavItem {
  label: string
  icon: LucideIcon
  to: string
  /** Only this very path is it, not what lies below. */
  exact?: true
  /** For those alone who may do everything. */
  admin?: true
  /** Not in the portal. */
  operator?: true
}

export const INSTALLATION_NAV: readonly NavItem[] = [
  { label: 'Overview', icon: LayoutDashboard, to: '/', exact: true },
  { label: 'Tenants', icon: Building2, to: '/tenants', exact: true },
  { label: 'Endpoints', icon: Webhook, to: '/endpoints' },
  { label: 'Deliveries', icon: Send, to: '/deliveries' },
  { label: 'Events', icon: Activity, to: '/events' },
  { label: 'Event types', icon: Shapes, to: '/event-types' },
  { label: 'API keys', icon: KeyRound, to: '/keys', admin: true },
  { label: 'Audit log', icon: ScrollText, to: '/audit-log', admin: true },
  { label: 'Configuration', icon: SlidersHorizontal, to: '/settings', admin: true },
]

export const TENANT_NAV: readonly NavItem[] = [
  { label: 'Overview', icon: LayoutDashboard, to: '/tenants/$tenant', exact: true },
  { label: 'Endpoints', icon: Webhook, to: '/tenants/$tenant/endpoints' },
  { label: 'Deliveries', icon: Send, to: '/tenants/$tenant/deliveries' },
  { label: 'Events', icon: Activity, to: '/tenants/$tenant/events' },
  { label: 'Event types', icon: Shapes, to: '/tenants/$tenant/event-types' },
  { label: 'Recoveries', icon: CalendarSync, to: '/tenants/$tenant/recoveries' },
  { label: 'Verify signatures', icon: ShieldCheck, to: '/tenants/$tenant/verify' },
  { label: 'Audit log', icon: FileSearch, to: '/tenants/$tenant/audit-log' },
  {
    label: 'Portal sessions',
    icon: SquareArrowOutUpRight,
    to: '/tenants/$tenant/portal-sessions',
    admin: true,
    operator: true,
  },
  { label: 'Settings', icon: Settings, to: '/tenants/$tenant/settings', admin: true, operator: true },
]
