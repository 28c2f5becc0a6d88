import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, openStage, type Stage } from './stage.ts'

describe.skipIf(!hasBrowser)('the columns of a long list', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
    const { api } = stage.ringback
    await api('PUT', '/v1/tenants/acme', {})
    await api('POST', '/v1/tenants/acme/endpoints', { url: stage.receiver.url, description: 'the billing' })
    await api('POST', '/v1/tenants/acme/events', { type: 'invoice.paid', data: {} })
    await stage.receiver.next()
  })
  afterAll(() => stage.close())

  it('are shown and hidden by the keyboard alone, and stay so when the page is loaded again', async () => {
    const { page, go, faults } = await stage.asOperator('/deliveries')
    const heads = () => page.getByRole('columnheader').allTextContents()
    await page.getByRole('row', { name: /invoice\.paid/ }).waitFor()
    expect(await heads()).toEqual(['Status', 'Event', 'Tenant', 'Endpoint', 'Answer', 'Attempts', 'Made'])

    await page.getByRole('button', { name: 'Columns' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitemcheckbox', { name: 'Tenant' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Space')
    await page.getByRole('columnheader', { name: 'Tenant' }).waitFor({ state: 'detached' })
    for (const name of ['Endpoint', 'Answer', 'Attempts', 'Id']) {
      await page.keyboard.press('ArrowDown')
      await page.getByRole('menuitemcheckbox', { name, exact: true }).and(page.locator(':focus')).waitFor()
    }
    await page.keyboard.press('Space')
    await page.getByRole('columnheader', { name: 'Id', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Columns' }).and(page.locator(':focus')).waitFor()

    await page.reload()
    await page.getByRole('row', { name: /invoice\.paid/ }).waitFor()
    expect(await heads()).toEqual(['Status', 'Event', 'Endpoint', 'Answer', 'Attempts', 'Id', 'Made'])
    // Each list has a choice of its own.
    await go('/events')
    await page.getByRole('columnheader', { name: 'Tenant' }).waitFor()
    expect(faults).toEqual([])
  })

  it('name the endpoints across tenants by their URL, and not again where all go to one', async () => {
    const { page, go, faults } = await stage.asOperator('/deliveries')
    await page.getByRole('link', { name: 'the billing' }).click()
    await page.getByRole('tab', { name: 'Deliveries' }).click()
    await page.getByRole('row', { name: /invoice\.paid/ }).waitFor()
    expect(await page.getByRole('columnheader', { name: 'Endpoint' }).count()).toBe(0)
    await go('/tenants/acme/deliveries')
    await page.getByRole('columnheader', { name: 'Endpoint' }).waitFor()
    expect(faults).toEqual([])
  })
})
