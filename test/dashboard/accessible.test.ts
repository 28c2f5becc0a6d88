import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, openStage, type Stage } from './stage.ts'

/** What each address shows once it is there. `EP`, `DLV`, `EVT` stand for the ids. */
const SCREENS: Record<string, string> = {
  '/': 'Overview',
  '/tenants': 'Tenants',
  '/endpoints': 'Endpoints',
  '/deliveries': 'Deliveries',
  '/events': 'Events',
  '/event-types': 'Event types',
  '/event-types/invoice.paid': 'invoice.paid',
  '/keys': 'API keys',
  '/audit-log': 'Audit log',
  '/tenants/acme': 'Overview',
  '/tenants/acme/endpoints': 'Endpoints',
  '/tenants/acme/endpoints/new': 'New endpoint',
  '/tenants/acme/endpoints/EP?tab=deliveries': 'active',
  '/tenants/acme/endpoints/EP?tab=subscriptions': 'active',
  '/tenants/acme/endpoints/EP?tab=test': 'active',
  '/tenants/acme/endpoints/EP?tab=secret': 'active',
  '/tenants/acme/endpoints/EP?tab=settings': 'active',
  '/tenants/acme/deliveries': 'Deliveries',
  '/tenants/acme/deliveries/DLV': 'invoice.paid',
  '/tenants/acme/events': 'Events',
  '/tenants/acme/events/EVT': 'invoice.paid',
  '/tenants/acme/event-types': 'Event types',
  '/tenants/acme/recoveries': 'Recoveries',
  '/tenants/acme/audit-log': 'Audit log',
  '/tenants/acme/verify': 'Verify signatures',
  '/tenants/acme/portal-sessions': 'Portal sessions',
  '/tenants/acme/settings': 'Settings',
}

/** Where a window opens, and by which button. */
const DIALOGS = [
  ['/tenants', 'New tenant'],
  ['/keys', 'New key'],
  ['/event-types', 'New event type'],
  ['/tenants/acme/endpoints/EP', 'Disable'],
  ['/tenants/acme/endpoints/EP?tab=secret', 'Rotate'],
  ['/tenants/acme/endpoints/EP?tab=subscriptions', 'Change this subscription'],
  ['/tenants/acme/recoveries', 'New recovery'],
  ['/tenants/acme/portal-sessions', 'Open the portal'],
  ['/tenants/acme/settings', 'Delete the tenant'],
] as const

describe.skipIf(!hasBrowser)('every screen', () => {
  let stage: Stage
  const ids = { EP: '', DLV: '', EVT: '' }
  beforeAll(async () => {
    stage = await openStage()
    const { api } = stage.ringback
    await api('PUT', '/v1/tenants/acme', { name: 'Acme' })
    await api('PUT', '/v1/event-types/invoice.paid', { example: { amount: 1 }, schema: { type: 'object' } })
    await api('POST', '/v1/api-keys', { name: 'billing', scopes: ['emit'] })
    const endpoint = await api<{ id: string }>('POST', '/v1/tenants/acme/endpoints', {
      url: stage.receiver.url,
      subscriptions: [{ eventTypes: ['*'], filter: { amount: { $gte: 1 } } }],
    })
    const event = await api<{ id: string }>('POST', '/v1/tenants/acme/events', {
      type: 'invoice.paid',
      data: { amount: 2 },
    })
    await stage.receiver.next()
    await api('POST', '/v1/tenants/acme/recoveries', { after: new Date(0).toISOString() })
    const { data } = await api<{ data: { id: string }[] }>('GET', '/v1/tenants/acme/deliveries')
    Object.assign(ids, { EP: endpoint.id, EVT: event.id, DLV: data[0]!.id })
  })
  afterAll(() => stage.close())

  it.each([
    { theme: 'light', width: 1_280, rules: undefined },
    // What is not colour is the same in the dark.
    { theme: 'dark', width: 1_280, rules: ['color-contrast'] },
    { theme: 'light', width: 375, rules: ['color-contrast', 'button-name', 'link-name', 'label'] },
  ] as const)(
    'can be read and reached by everybody: $theme, $width px',
    async ({ theme, width, rules }) => {
      const { page, faults } = await stage.asOperator('/tenants', { theme, width })
      const found: string[] = []
      for (const [path, heading] of Object.entries(SCREENS)) {
        await show(page, path)
        await page.getByRole('heading', { level: 1, name: heading }).waitFor()
        await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' })
        found.push(...(await findingsOf(page, rules)).map((finding) => `${path} ${finding}`))
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
        if (wide > width) found.push(`${path} is ${wide} px wide`)
      }
      expect(found).toEqual([])
      expect(faults).toEqual([])
    },
    120_000,
  )

  it('and so can every window above them', async () => {
    const { page, faults } = await stage.asOperator('/tenants')
    const found: string[] = []
    for (const [path, button] of DIALOGS) {
      await show(page, path)
      await page.getByRole('button', { name: button }).first().click()
      await page.locator('[role="dialog"], [role="alertdialog"]').waitFor()
      found.push(...(await findingsOf(page)).map((finding) => `${button}: ${finding}`))
    }
    expect(found).toEqual([])
    expect(faults).toEqual([])
  }, 120_000)

  it('and so can what is shown before anybody is signed in', async () => {
    const found: string[] = []
    for (const path of ['/dashboard/', '/portal/']) {
      const { page, faults } = await stage.open(path)
      await page.getByRole('main').waitFor()
      found.push(...(await findingsOf(page)), ...faults)
    }
    expect(found).toEqual([])
  })

  async function show(page: Page, path: string) {
    const address = path.replace(/EP|DLV|EVT/, (id) => ids[id as keyof typeof ids])
    await page.goto(new URL(`/dashboard${address}`, stage.ringback.url).href)
  }
})

/** What axe calls serious or critical. @param rules these alone; all unless told */
async function findingsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  const { violations } = await (rules ? axe.withRules([...rules]) : axe).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
}
