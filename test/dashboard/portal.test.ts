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

  it("refuses another tenant's part", async () => {
    const { page } = await stage.asTenant('acme')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.goto(new URL('/portal/tenants/other/endpoints', stage.ringback.url).href)
    expect(await page.getByRole('alert').first().textContent()).toContain('not_found')
  })
})
