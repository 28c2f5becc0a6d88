import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findingsIn } from './axe.ts'
import { hasBrowser, loaded, openStage, type Screen, type Stage } from './stage.ts'

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
  '/settings': 'Configuration',
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

/** What the portal has of them, and shows otherwise. */
const PORTAL_SCREENS = [
  ['/tenants/acme', 'Overview'],
  ['/tenants/acme/endpoints', 'Endpoints'],
  ['/tenants/acme/endpoints/EP?tab=subscriptions', 'active'],
  ['/tenants/acme/deliveries/DLV', 'invoice.paid'],
  ['/tenants/acme/recoveries', 'Recoveries'],
] as const

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
    await api('PUT', '/v1/event-types/branch_protection_rule.created_by_somebody', {})
    await api('POST', '/v1/api-keys', { name: 'billing', scopes: ['emit'] })
    const endpoint = await api<{ id: string }>('POST', '/v1/tenants/acme/endpoints', {
      url: stage.receiver.url,
      description: 'What a person wrote who had more to say of it than there is room for',
      subscriptions: [{ eventTypes: ['*'], filter: { amount: { $gte: 1 } } }],
    })
    const event = await api<{ id: string }>('POST', '/v1/tenants/acme/events', {
      type: 'invoice.paid',
      data: { amount: 2 },
    })
    await stage.receiver.next()
    await api('POST', '/v1/tenants/acme/events', {
      type: 'branch_protection_rule.created',
      data: { amount: 2 },
    })
    await stage.receiver.next()
    await api('POST', '/v1/tenants/acme/portal-sessions', {})
    await api('POST', '/v1/tenants/acme/recoveries', { after: new Date(0).toISOString() })
    const { data } = await api<{ data: { id: string }[] }>('GET', '/v1/tenants/acme/deliveries')
    Object.assign(ids, { EP: endpoint.id, EVT: event.id, DLV: data.at(-1)!.id })
  })
  afterAll(() => stage.close())

  it('can be read and reached by everybody: light, dark and narrow', async () => {
    const left = Object.entries(SCREENS)
    expect(await inLanes(() => stage.asOperator('/tenants'), left)).toEqual([])
    expect(left).toEqual([])
  }, 300_000)

  it('and so can the portal, for those who may change something and those who may look alone', async () => {
    const found = await Promise.all(
      [false, true].map(async (readOnly) =>
        lookAtAll(await stage.asTenant('acme', { readOnly }), [...PORTAL_SCREENS]),
      ),
    )
    expect(found.flat()).toEqual([])
  }, 300_000)

  it('and so can every window above them', async () => {
    const screen = await stage.asOperator('/tenants')
    const { page } = screen
    const found: string[] = []
    for (const [path, button] of DIALOGS) {
      await screen.go(withIds(path))
      await page.getByRole('button', { name: button }).first().click()
      const dialog = page.locator('[role="dialog"], [role="alertdialog"]')
      await dialog.waitFor()
      found.push(...(await findingsIn(page)).map((finding) => `${button}: ${finding}`))
      await setTheme(page, 'dark')
      found.push(...(await findingsIn(page, CONTRAST)).map((finding) => `${button}, dark: ${finding}`))
      await setTheme(page, 'light')
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
    expect(found).toEqual([])
    expect(screen.faults).toEqual([])
  }, 300_000)

  it('and so can the ways to the screens where they come when asked for', async () => {
    const { page, faults } = await stage.asOperator('/tenants', { width: NARROW })
    await page.getByRole('button', { name: 'Open the navigation' }).click()
    await page.getByRole('dialog', { name: 'Navigation' }).waitFor()
    expect(await findingsIn(page)).toEqual([])
    expect(faults).toEqual([])
  })

  it('and so can what is shown before anybody is signed in', async () => {
    const found: string[] = []
    for (const path of ['/dashboard/', '/portal/']) {
      const { page, faults } = await stage.open(path)
      await page.getByRole('main').waitFor()
      found.push(...(await findingsIn(page)), ...faults)
    }
    expect(found).toEqual([])
  })

  /** Looks at all of them on so many pages at once, each of which takes the next that is left. @returns what is wrong */
  async function inLanes(open: () => Promise<Screen>, left: [string, string][]): Promise<string[]> {
    const lanes = Array.from({ length: LANES }, async () => lookAtAll(await open(), left))
    return (await Promise.all(lanes)).flat()
  }

  async function lookAtAll(screen: Screen, left: (readonly [string, string])[]): Promise<string[]> {
    const found: string[] = []
    for (let next = left.shift(); next; next = left.shift()) {
      const [path, heading] = next
      await show(screen, path, heading)
      found.push(...(await findingsOn(screen.page)).map((finding) => `${path} ${finding}`))
    }
    return [...found, ...screen.faults]
  }

  const withIds = (path: string) => path.replace(/EP|DLV|EVT/, (id) => ids[id as keyof typeof ids])

  async function show({ page, go }: Screen, path: string, heading: string) {
    await go(withIds(path))
    await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    await loaded(page)
  }
})

/** All of it in the light; what is other in the dark, and what is other where it is narrow. */
async function findingsOn(page: Page): Promise<string[]> {
  const found = await findingsIn(page)
  found.push(...(await tablesCutOff(page)).map((table) => `${table}, cut off`))
  await setTheme(page, 'dark')
  found.push(...(await findingsIn(page, CONTRAST)).map((finding) => `dark: ${finding}`))
  await setTheme(page, 'light')
  const wide = page.viewportSize()!
  await page.setViewportSize({ ...wide, width: NARROW })
  found.push(...(await findingsIn(page, NAMES)).map((finding) => `narrow: ${finding}`))
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  if (width > NARROW) found.push(`is ${width} px wide where there are ${NARROW}`)
  found.push(...(await tablesCutOff(page)).map((table) => `narrow: ${table}, cut off`))
  await page.setViewportSize(wide)
  return found
}

/** Pages at once: what one waits for, the others use. */
const LANES = 3
const NARROW = 375
const CONTRAST = ['color-contrast']
const NAMES = ['button-name', 'link-name', 'label']

/** Until it is painted, and no colour passes over any more. */
const setTheme = (page: Page, theme: 'light' | 'dark') =>
  page.evaluate(`(async () => {
    document.documentElement.dataset.theme = '${theme}'
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))
    const passing = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(passing.map(({ finished }) => finished))
  })()`)

/** The tables that would have to be scrolled to be read. */
const tablesCutOff = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('section:has(> table)')]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map(({ ariaLabel }) => ariaLabel)`)
