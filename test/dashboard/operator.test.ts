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

  it('registers a URL, sends a test event, and shows it arrive', async () => {
    const { page, faults } = await stage.asOperator('/tenants/acme/endpoints')
    await page.getByRole('link', { name: 'New endpoint' }).first().click()
    await page.getByLabel('URL').fill(stage.receiver.url)
    await page.getByRole('button', { name: 'Register the endpoint' }).click()
    await page.getByText('whsec_').waitFor()

    await page.getByRole('link', { name: 'Send a test event' }).click()
    await page.getByRole('textbox', { name: 'Data of the event' }).fill('{"from": "the test"}')
    await page.getByRole('button', { name: 'Send it' }).click()
    await page.getByText('delivered', { exact: true }).waitFor()
    const { body } = await stage.receiver.next()
    expect(JSON.parse(body.toString()).data).toEqual({ from: 'the test' })
    expect(faults).toEqual([])
  })

  it('shows a failed delivery with its attempt, and retries it until it is taken', async () => {
    const { api } = stage.ringback
    stage.receiver.reply({ status: 500, body: 'out of order' })
    const { id } = await api<{ id: string }>('POST', '/v1/tenants/acme/endpoints', {
      url: stage.receiver.url,
      subscriptions: [{ eventTypes: ['order.made'] }],
      retry: { kind: 'schedule', delaysSeconds: [] },
    })
    await api('POST', '/v1/tenants/acme/events', { type: 'order.made', data: { n: 1 } })

    const { page, faults } = await stage.asOperator(`/tenants/acme/deliveries?endpointId=${id}&status=failed`)
    await page.getByRole('link', { name: 'order.made' }).click()
    await page.getByText('out of order').waitFor()
    stage.receiver.reply(204)
    await page.getByRole('button', { name: 'Retry now' }).click()
    await page.getByRole('heading', { name: /delivered/ }).waitFor()
    await page.getByText('Attempt 2').waitFor()
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
