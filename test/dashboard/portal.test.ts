import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, openStage, type Stage } from './stage.ts'

describe.skipIf(!hasBrowser)('the portal of a tenant', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
    for (const tenant of ['acme', 'other']) await stage.ringback.api('PUT', `/v1/tenants/${tenant}`, {})
  })
  afterAll(() => stage.close())

  it('opens by a link, and takes its token out of the address', async () => {
    const { page, faults } = await stage.asTenant('acme')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
    expect(await page.getByRole('link', { name: 'Tenants' }).count()).toBe(0)
    expect(faults).toEqual([])
  })

  it('says what to do when a link is no longer good', async () => {
    const { page } = await stage.open('/portal#token=nonsense')
    await page.getByText('This link is no longer good').waitFor()
  })

  it('registers a URL, and shows what was delivered there', async () => {
    const { page, faults } = await stage.asTenant('acme')
    await page.getByRole('link', { name: 'Endpoints' }).click()
    await page.getByRole('link', { name: 'New endpoint' }).first().click()
    await page.getByLabel('URL').fill(stage.receiver.url)
    await page.getByRole('button', { name: 'Register the endpoint' }).click()
    await page.getByText('whsec_').waitFor()

    await stage.ringback.api('POST', '/v1/tenants/acme/events', { type: 'invoice.paid', data: {} })
    await stage.receiver.next()
    await page.getByRole('link', { name: 'Deliveries' }).click()
    await page.getByRole('link', { name: 'invoice.paid' }).click()
    await page.getByRole('heading', { name: /delivered/ }).waitFor()
    expect(faults).toEqual([])
  })

  it("refuses another tenant's part", async () => {
    const { page } = await stage.asTenant('acme')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.goto(new URL('/portal/tenants/other/endpoints', stage.ringback.url).href)
    expect(await page.getByRole('alert').first().textContent()).toContain('not_found')
  })

  it('offers nothing that changes anything to whoever may only look', async () => {
    const { page } = await stage.asTenant('acme', { readOnly: true })
    await page.getByRole('link', { name: 'Endpoints' }).click()
    await page.getByRole('heading', { name: 'Endpoints' }).waitFor()
    expect(await page.getByRole('link', { name: 'New endpoint' }).count()).toBe(0)
  })
})
