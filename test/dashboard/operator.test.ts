import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workerName } from '../../src/queue/worker-name.ts'
import { until } from '../setup/until.ts'
import { hasBrowser, openStage, type Stage } from './stage.ts'

describe.skipIf(!hasBrowser)("the operator's dashboard", () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
    await stage.ringback.api('PUT', '/v1/tenants/acme', { name: 'Acme' })
  })
  afterAll(() => stage.close())

  it('lets nobody in without a key, and says why', async () => {
    const { page } = await stage.open('/dashboard/')
    await page.getByLabel('API key').fill('rbk_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('unauthorized')
  })

  it('keeps who is signed in when the page is loaded again, until they sign out', async () => {
    const { page, faults } = await stage.asOperator('/tenants')
    await page.reload()
    await page.getByRole('link', { name: 'Acme' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    await page.reload()
    await page.getByLabel('API key').waitFor()
    expect(faults).toEqual([])
  })

  it('shows deliveries as they happen, and after a pause what came meanwhile', async () => {
    const { api } = stage.ringback
    await api('PUT', '/v1/tenants/live', {})
    await api('POST', '/v1/tenants/live/endpoints', { url: stage.receiver.url })
    const emit = (type: string) => api('POST', '/v1/tenants/live/events', { type, data: {} })
    const { page, faults } = await stage.asOperator('/tenants/live/deliveries')
    const status = page.getByRole('status').filter({ hasText: /^(Live|Paused)$/ })

    await status.filter({ hasText: 'Live' }).waitFor()
    await emit('first.seen')
    await page.getByRole('row', { name: /delivered first\.seen/ }).waitFor()

    await page.getByRole('button', { name: 'Pause the list' }).click()
    await status.filter({ hasText: 'Paused' }).waitFor()
    const before = stage.receiver.requests.length
    await emit('second.late')
    await stage.receiver.waitFor(before + 1)
    expect(await page.getByRole('row', { name: /second\.late/ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Go live' }).click()
    await status.filter({ hasText: 'Live' }).waitFor()
    await page.getByRole('row', { name: /delivered second\.late/ }).waitFor()
    await emit('third.seen')
    await page.getByRole('row', { name: /delivered third\.seen/ }).waitFor()
    expect(faults).toEqual([])
  })

  it('names the workers that are there on the overview, and the queue beside them', async () => {
    const { page, faults } = await stage.asOperator('/')
    await page.getByRole('row', { name: `${workerName()} deliver, redeliver` }).waitFor()
    await page
      .getByRole('region', { name: 'Queue' })
      .getByRole('row', { name: /^deliver / })
      .waitFor()
    expect(faults).toEqual([])
  })

  it('finds an event type however it is written', async () => {
    await stage.ringback.api('PUT', '/v1/event-types/invoice.paid', { description: 'Money came in' })
    const { page } = await stage.asOperator('/event-types')
    await page.getByLabel('Search event types').fill('MONEY')
    await page.getByRole('link', { name: 'invoice.paid' }).waitFor()
  })

  it('shows the open tab where there is no room for all of them', async () => {
    const { api } = stage.ringback
    const { id } = await api<{ id: string }>('POST', '/v1/tenants/acme/endpoints', {
      url: stage.receiver.url,
    })
    const { page, go } = await stage.asOperator('/tenants', { width: 375 })
    await go(`/tenants/acme/endpoints/${id}?tab=settings`)
    const tab = page.getByRole('tab', { name: 'Settings' })
    await tab.waitFor()
    await until(
      async () => (await tab.boundingBox())!,
      ({ x, width }) => x >= 0 && x + width <= 375,
      'the tab to be in sight',
    )
  })

  it('holds still for whoever wants no motion', async () => {
    const { page } = await stage.asOperator('/tenants')
    const duration = `getComputedStyle(document.querySelector('main button')).transitionDuration`
    expect(Number.parseFloat(await page.evaluate(duration))).toBeLessThan(0.001)
  })

  it('leads from a change in the audit log to what was changed', async () => {
    const { page, faults } = await stage.asOperator('/audit-log?action=tenant.created')
    // The action is a word of the filter too.
    const change = page.getByRole('listitem').getByText('tenant.created', { exact: true }).last()
    await change.click()
    await page.getByRole('link', { name: 'Open the tenant' }).first().click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(faults).toEqual([])
  })

  it('lets the operator look into the queues, without asking any other host', async () => {
    const { page, faults } = await stage.asOperator('/')
    await page.getByRole('link', { name: 'Look inside' }).click()
    await page.getByText('deliver', { exact: true }).first().waitFor()
    expect(faults).toEqual([])
  })
})
