import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

  it('lets the operator look into the queues, without asking any other host', async () => {
    const { page, faults } = await stage.asOperator('/')
    await page.getByRole('link', { name: 'Look inside' }).click()
    await page.getByText('deliver', { exact: true }).first().waitFor()
    expect(faults).toEqual([])
  })
})
