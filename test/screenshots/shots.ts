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
  { name: 'deliveries', path: '/tenants/github/deliveries' },
  { name: 'delivery', path: '/tenants/github/deliveries/{retrying}' },
  { name: 'event', path: '/tenants/github/events/{event}' },
  { name: 'event-types', path: '/tenants/github/event-types' },
  { name: 'recoveries', path: '/tenants/github/recoveries' },
  { name: 'verify', path: '/tenants/github/verify' },
]

export const PORTAL: readonly Shot[] = [
  ...OF_TENANT.filter(({ name }) => ['overview', 'endpoints', 'delivery'].includes(name)),
]

export const DASHBOARD: readonly Shot[] = [
  { name: 'home', path: '/?window=1h' },
  { name: 'tenants', path: '/tenants' },
  { name: 'events', path: '/events' },
  { name: 'event-type', path: '/event-types/push' },
  { name: 'keys', path: '/keys' },
  { name: 'audit-log', path: '/audit-log' },
  ...OF_TENANT,
  { name: 'portal-sessions', path: '/tenants/github/portal-sessions' },
  { name: 'settings', path: '/tenants/github/settings' },
]
