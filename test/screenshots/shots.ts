/** Which screens are shown. Addresses hold `{ids}` of what was prepared. */
import type { Page } from 'playwright-core'

/** A picture of a screen. */
export interface Shot {
  name: string
  path: string
  /** What is done before it is taken. */
  first?: (page: Page) => Promise<void>
}

const OF_TENANT: readonly Shot[] = [
  { name: 'overview', path: '/tenants/github?window=1h' },
  { name: 'endpoints', path: '/tenants/github/endpoints' },
  { name: 'new-endpoint', path: '/tenants/github/endpoints/new' },
  { name: 'endpoint', path: '/tenants/github/endpoints/{flaky}?window=1h' },
  {
    name: 'subscription',
    path: '/tenants/github/endpoints/{flaky}?tab=subscriptions',
    async first(page) {
      await page.getByRole('button', { name: 'Change this subscription' }).first().click()
      await page.getByRole('dialog', { name: 'Change a subscription' }).waitFor()
    },
  },
  {
    name: 'test',
    path: '/tenants/github/endpoints/{everything}?tab=test',
    async first(page) {
      await page.keyboard.press('Escape')
      await page.getByLabel('Event type').selectOption('push')
      await page.getByRole('button', { name: 'Send it' }).click()
      await page.getByText('delivered', { exact: true }).waitFor()
    },
  },
  { name: 'endpoint-deliveries', path: '/tenants/github/endpoints/{down}?tab=deliveries' },
  { name: 'endpoint-secret', path: '/tenants/github/endpoints/{flaky}?tab=secret' },
  { name: 'endpoint-settings', path: '/tenants/github/endpoints/{flaky}?tab=settings' },
  { name: 'endpoint-disabled', path: '/tenants/github/endpoints/{gone}?window=1h' },
  { name: 'deliveries', path: '/tenants/github/deliveries' },
  { name: 'delivery', path: '/tenants/github/deliveries/{retrying}' },
  { name: 'tenant-events', path: '/tenants/github/events' },
  { name: 'event', path: '/tenants/github/events/{event}' },
  { name: 'event-types', path: '/tenants/github/event-types' },
  { name: 'recoveries', path: '/tenants/github/recoveries' },
  { name: 'tenant-audit-log', path: '/tenants/github/audit-log' },
  { name: 'verify', path: '/tenants/github/verify' },
]

export const PORTAL: readonly Shot[] = [
  ...OF_TENANT.filter(({ name }) =>
    ['overview', 'endpoints', 'endpoint', 'deliveries', 'delivery', 'event-types'].includes(name),
  ),
]

export const DASHBOARD: readonly Shot[] = [
  { name: 'home', path: '/?window=1h' },
  { name: 'tenants', path: '/tenants' },
  { name: 'all-endpoints', path: '/endpoints' },
  {
    name: 'all-deliveries',
    path: '/deliveries',
    async first(page) {
      // Of a narrow screen there are no columns to choose from.
      const columns = page.getByRole('button', { name: 'Columns' })
      if (!(await columns.isVisible())) return
      await columns.click()
      await page.getByRole('menuitemcheckbox', { name: 'Tenant' }).waitFor()
    },
  },
  { name: 'events', path: '/events' },
  { name: 'event-type', path: '/event-types/push' },
  { name: 'keys', path: '/keys' },
  { name: 'configuration', path: '/settings' },
  { name: 'audit-log', path: '/audit-log' },
  ...OF_TENANT,
  { name: 'portal-sessions', path: '/tenants/github/portal-sessions' },
  { name: 'settings', path: '/tenants/github/settings' },
]
