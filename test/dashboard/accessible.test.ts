import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, openStage, type Stage } from './stage.ts'

/** What each address shows once it is there. `EP`, `DLV`, `EVT` stand for the ids. */
const SCREENS: Record<string, string> = {
  '/': 'Overview',
  '/tenants': 'Tenants',
  '/endpoints': 'Endpoints',
  '/event-types': 'Event types',
  '/event-types/invoice.paid': 'invoice.paid',
  '/keys': 'API keys',
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
  '/tenants/acme/verify': 'Verify signatures',
  '/tenants/acme/portal-sessions': 'Portal sessions',
  '/tenants/acme/settings': 'Settings',
}

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
    { theme: 'light', width: 1_280 },
    { theme: 'dark', width: 1_280 },
    { theme: 'light', width: 375 },
  ] as const)(
    'can be read and reached by everybody: $theme, $width px',
    async ({ theme, width }) => {
      const { page, faults } = await stage.asOperator('/tenants', { theme, width })
      const found: string[] = []
      for (const [path, heading] of Object.entries(SCREENS)) {
        const address = path.replace(/EP|DLV|EVT/, (id) => ids[id as keyof typeof ids])
        await page.goto(new URL(`/dashboard${address}`, stage.ringback.url).href)
        await page.getByRole('heading', { level: 1, name: heading }).waitFor()
        await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' })
        const { violations } = await new AxeBuilder({ page }).analyze()
        for (const { id, impact, nodes } of violations)
          if (impact === 'serious' || impact === 'critical')
            found.push(`${path} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
        const { scrollWidth } = (await page.evaluate(
          '({ scrollWidth: document.documentElement.scrollWidth })',
        )) as { scrollWidth: number }
        if (scrollWidth > width) found.push(`${path} is ${scrollWidth} px wide`)
      }
      expect(found).toEqual([])
      expect(faults).toEqual([])
    },
    120_000,
  )
})
