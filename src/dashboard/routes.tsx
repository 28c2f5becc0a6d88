/**
 * The screens and their addresses. An address is the path of the API without `/v1`, so that one leads to the other.
 * What is narrowed, and which tab or page is open, stands behind the `?`. A screen is loaded when it is first shown.
 */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { texts } from './api/search.ts'
import { DELIVERY_SEARCH } from './deliveries/delivery-filters.ts'
import { settings } from './settings.ts'
import { NotFound } from './shell/not-found.tsx'
import { ScreenError } from './shell/screen-error.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: ScreenError })

const overview = lazyRouteComponent(() => import('./overview/overview-screen.tsx'), 'OverviewScreen')
const endpoints = lazyRouteComponent(() => import('./endpoints/endpoints-screen.tsx'), 'EndpointsScreen')
const deliveries = lazyRouteComponent(() => import('./deliveries/deliveries-screen.tsx'), 'DeliveriesScreen')
const events = lazyRouteComponent(() => import('./events/events-screen.tsx'), 'EventsScreen')
const eventTypes = lazyRouteComponent(
  () => import('./event-types/event-types-screen.tsx'),
  'EventTypesScreen',
)
const eventType = lazyRouteComponent(() => import('./event-types/event-type-screen.tsx'), 'EventTypeScreen')
const audit = lazyRouteComponent(() => import('./audit/audit-screen.tsx'), 'AuditScreen')

const overviewSearch = texts('window')
const endpointsSearch = texts('status', 'cursor')
const deliveriesSearch = texts(...DELIVERY_SEARCH)
const eventsSearch = texts('type', 'after', 'before', 'cursor')
const auditSearch = texts('action', 'target', 'after', 'before', 'cursor')
const pageSearch = texts('cursor')

/** Of the whole installation: for those who see all tenants. */
const installation = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    validateSearch: overviewSearch,
    component: lazyRouteComponent(() => import('./overview/home-screen.tsx'), 'HomeScreen'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/tenants',
    validateSearch: pageSearch,
    component: lazyRouteComponent(() => import('./tenants/tenants-screen.tsx'), 'TenantsScreen'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/endpoints',
    validateSearch: endpointsSearch,
    component: endpoints,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/deliveries',
    validateSearch: deliveriesSearch,
    component: deliveries,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/events',
    validateSearch: eventsSearch,
    component: events,
  }),
  createRoute({ getParentRoute: () => root, path: '/event-types', component: eventTypes }),
  createRoute({ getParentRoute: () => root, path: '/event-types/$eventType', component: eventType }),
  createRoute({
    getParentRoute: () => root,
    path: '/keys',
    validateSearch: pageSearch,
    component: lazyRouteComponent(() => import('./keys/keys-screen.tsx'), 'KeysScreen'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    component: lazyRouteComponent(
      () => import('./configuration/configuration-screen.tsx'),
      'ConfigurationScreen',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/audit-log',
    validateSearch: auditSearch,
    component: audit,
  }),
] as const

const tenant = createRoute({ getParentRoute: () => root, path: '/tenants/$tenant' })

/** Of one tenant: both faces have them. */
const ofTenant = [
  createRoute({
    getParentRoute: () => tenant,
    path: '/',
    validateSearch: overviewSearch,
    component: overview,
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/endpoints',
    validateSearch: endpointsSearch,
    component: endpoints,
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/endpoints/new',
    component: lazyRouteComponent(() => import('./endpoints/new-endpoint-screen.tsx'), 'NewEndpointScreen'),
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/endpoints/$endpoint',
    validateSearch: texts('tab', 'window', ...DELIVERY_SEARCH),
    component: lazyRouteComponent(() => import('./endpoints/endpoint-screen.tsx'), 'EndpointScreen'),
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/deliveries',
    validateSearch: deliveriesSearch,
    component: deliveries,
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/deliveries/$delivery',
    component: lazyRouteComponent(() => import('./deliveries/delivery-screen.tsx'), 'DeliveryScreen'),
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/events',
    validateSearch: eventsSearch,
    component: events,
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/events/$event',
    component: lazyRouteComponent(() => import('./events/event-screen.tsx'), 'EventScreen'),
  }),
  createRoute({ getParentRoute: () => tenant, path: '/event-types', component: eventTypes }),
  createRoute({ getParentRoute: () => tenant, path: '/event-types/$eventType', component: eventType }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/recoveries',
    validateSearch: pageSearch,
    component: lazyRouteComponent(() => import('./recoveries/recoveries-screen.tsx'), 'RecoveriesScreen'),
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/verify',
    component: lazyRouteComponent(() => import('./verify/verify-screen.tsx'), 'VerifyScreen'),
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/audit-log',
    validateSearch: auditSearch,
    component: audit,
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/portal-sessions',
    validateSearch: pageSearch,
    component: lazyRouteComponent(
      () => import('./portal-sessions/portal-sessions-screen.tsx'),
      'PortalSessionsScreen',
    ),
  }),
  createRoute({
    getParentRoute: () => tenant,
    path: '/settings',
    component: lazyRouteComponent(
      () => import('./tenants/tenant-settings-screen.tsx'),
      'TenantSettingsScreen',
    ),
  }),
] as const

const tree = root.addChildren([...installation, tenant.addChildren([...ofTenant])])

/** Makes the router of this face. */
export function createAppRouter() {
  return createRouter({
    routeTree: tree,
    basepath: `${settings.prefix}/${settings.face === 'portal' ? 'portal' : 'dashboard'}`,
    defaultPreload: 'intent',
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
